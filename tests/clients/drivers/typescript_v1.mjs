// The official TypeScript SDK, 1.x, with a person who ticks the box of a form.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { args, command, talk } from "./conversation.mjs";

const client = new Client({ name: "tries", version: "1" }, { capabilities: { elicitation: { form: {} } } });
client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: { confirm: true } }));
await client.connect(new StdioClientTransport({ command, args }));
const { tools } = await client.listTools();
await talk(tools.length, (name, given) => client.callTool({ name, arguments: given }));
await client.close();
