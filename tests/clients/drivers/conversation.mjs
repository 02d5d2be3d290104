// The conversation of conversation.py, for clients on Node.js.
export const [command, ...args] = process.argv.slice(2);

const steps = {
  read: ["list_clients", {}],
  "read with options": ["list_clients", { query: "Kestrel", limit: 5, fields: ["name"] }],
  "long list": ["list_contacts", { limit: 200 }],
  write: ["create_client", { name: "Brook & Sons" }],
  error: ["get_client", { client_id: 99 }],
  question: ["delete_client", { client_id: 11073 }],
};

export async function talk(tools, call) {
  const seen = { tools };
  for (const [step, [name, given]] of Object.entries(steps)) {
    try {
      const answer = await call(name, given);
      seen[step] = answer.content.map((part) => part.text ?? "").join("\n");
    } catch (error) {
      seen[step] = `${error.name}: ${error.message}`;
    }
  }
  console.log("SEEN", JSON.stringify(seen));
}
