// The official TypeScript SDK, 2.x, with a person who ticks the box of a form.
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { args, command, talk } from "./conversation.mjs";

const client = new Client({ name: "tries", version: "1" }, { capabilities: { elicitation: { form: {} } } });
client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { confirm: true } }));
await client.connect(new StdioClientTransport({ command, args }));
const { tools } = await client.listTools();
await talk(tools.length, (name, given) => client.callTool({ name, arguments: given }));
await client.close();
