import { randomBytes } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { UrlElicitationRequiredError } from "@modelcontextprotocol/sdk/types.js";
import { askUser } from "@rak-oauth/example-calendar";
import { serveCalendar } from "./calendar-server.js";

const tokenOfAlice = randomBytes(32).toString("base64url");
const url = await serveCalendar({
  identify: (token) => (token === tokenOfAlice ? "alice" : undefined),
});

// An agent elsewhere, which calls the server for alice and can open links for her.
const client = new Client(
  { name: "agent", version: "1.0.0" },
  { capabilities: { elicitation: { url: {} } } },
);
const transport = new StreamableHTTPClientTransport(url, {
  requestInit: { headers: { authorization: `Bearer ${tokenOfAlice}` } },
});
// The SDK's types do not allow for exactOptionalPropertyTypes.
await client.connect(transport as Parameters<Client["connect"]>[0]);

async function callTool(): Promise<unknown> {
  try {
    return (await client.callTool({ name: "list_events" })).structuredContent;
  } catch (error) {
    const [elicitation] = error instanceof UrlElicitationRequiredError ? error.elicitations : [];
    if (elicitation === undefined) throw error;
    const { url: auth_url, elicitationId: auth_request_id } = elicitation;
    const { status } = await askUser("alice", { auth_url, auth_request_id });
    if (status !== "completed") throw new Error(`The authorization ended: ${status}.`);
    return callTool();
  }
}

console.log(`The calendar says: ${JSON.stringify(await callTool())}`);
await client.close();

// The servers and the provider run in this process, and would keep it.
process.exit();
