import { AuthorizationCodeFlow, refuseAllBrowsers } from "@rak-oauth/auth-code-flow";
import { CredentialService, generateKey, parseKeyring } from "@rak-oauth/core";
import {
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
} from "@rak-oauth/credential-store-redis";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { startRedis } from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";
import { atMost, type Figure, type Size } from "../figure.js";
import { alternate } from "../interleave.js";
import { benchConfig } from "./measured-api.js";

/** About as much as a pending authorization is when it is sealed, in bytes. */
const recordBytes = 1_000;

/** How long it takes to answer with a link, beyond one write to the store. */
export async function measurePending(size: Size): Promise<readonly Figure[]> {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  const keys = parseKeyring(`bench:${generateKey()}`);
  const config = benchConfig("http://127.0.0.1:1");
  const credentials = new CredentialService({ store: new RedisCredentialStore({ client }), keys });
  const tokens = new TokenManager({ config, credentials });
  const authorization = new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
    connectUrl: "http://127.0.0.1:1/oauth2/connect",
    verifyUser: refuseAllBrowsers,
  });
  const tool = new RestApiTool({
    name: "list_events",
    description: "Lists the user's events.",
    method: "GET",
    url: "http://127.0.0.1:1/events",
    auth: oauth2({ tokens, authorization }),
  });
  const record = "r".repeat(recordBytes);
  let users = 0;
  try {
    const { ours, floor } = await alternate(
      size === "full" ? 500 : 50,
      async () => {
        users += 1;
        const result = await tool.execute({}, { userId: `user-${users}` });
        if (result.pending !== true) throw new Error("The tool did not ask for authorization.");
      },
      (index) => client.set(`floor:${index}`, record, "PX", 600_000),
    );
    return [
      {
        name: "a link for a user who has to authorize, beyond one store write",
        value: (ours - floor) / 1000,
        unit: "ms",
        target: atMost(5),
        detail: `${(ours / 1000).toFixed(2)} ms against ${(floor / 1000).toFixed(2)} ms of one SET in Redis`,
      },
    ];
  } finally {
    await tokens.close();
    await client.quit();
    await server.stop();
  }
}
