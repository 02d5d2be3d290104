// Vercel's AI SDK: every tool made into one of its own, with its schema.
import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as Stdio } from "@ai-sdk/mcp/mcp-stdio";
import { args, command, talk } from "./conversation.mjs";

const client = await createMCPClient({ transport: new Stdio({ command, args }) });
const tools = await client.tools();
await talk(Object.keys(tools).length, (name, given) => tools[name].execute(given, { toolCallId: "1", messages: [] }));
await client.close();
