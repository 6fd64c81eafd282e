import { randomBytes } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  ElicitationCompleteNotificationSchema,
  UrlElicitationRequiredError,
} from "@modelcontextprotocol/sdk/types.js";
import { showLink } from "@rak-oauth/example-calendar";
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

/** Resolves when the server says that a user is done. */
function untilDone(id: string): Promise<void> {
  return new Promise((resolve) => {
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      if (params.elicitationId === id) resolve();
    });
  });
}

async function callTool(): Promise<unknown> {
  try {
    return (await client.callTool({ name: "list_events" })).structuredContent;
  } catch (error) {
    const [elicitation] = error instanceof UrlElicitationRequiredError ? error.elicitations : [];
    if (elicitation === undefined) throw error;
    const done = untilDone(elicitation.elicitationId);
    showLink("alice", { auth_url: elicitation.url });
    await done;
    return callTool();
  }
}

console.log(`The calendar says: ${JSON.stringify(await callTool())}`);
await client.close();

// The servers and the provider run in this process, and would keep it.
process.exit();
