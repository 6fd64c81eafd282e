import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  type OAuth2Config,
  parseKeyring,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

/** A protected API in a process of its own, and a user's token for it. */
export interface MeasuredApi {
  readonly url: string;
  readonly config: OAuth2Config;
  readonly accessToken: string;
  readonly tokens: TokenManager;
  readonly userId: string;
  stop(): Promise<void>;
}

/** Whether the API's process sleeps while it has no request. */
export type ApiHabit = "awake" | "drowsy";

/** Starts a {@link MeasuredApi}; it ends with this process. */
export async function startMeasuredApi(habit: ApiHabit): Promise<MeasuredApi> {
  const program = fileURLToPath(new URL("./api-process.js", import.meta.url));
  const child = fork(program, [habit], { execArgv: [] });
  const [{ origin }] = (await once(child, "message")) as [{ readonly origin: string }];
  const config = benchConfig(origin);
  const keys = parseKeyring(`bench:${generateKey()}`);
  const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
  const tokens = new TokenManager({ config, credentials });
  const userId = "alice";
  // As long as a JWT of a usual provider.
  const accessToken = "a".repeat(900);
  await credentials.storeCredentials(
    { userId, provider: config.provider },
    {
      accessToken: new AccessToken(accessToken, { expiresAt: new Date(Date.now() + 3_600_000) }),
      lifetimeSeconds: 3600,
    },
  );
  return {
    url: `${origin}/events`,
    config,
    accessToken,
    tokens,
    userId,
    async stop() {
      await tokens.close();
      const exit = once(child, "exit");
      child.kill();
      await exit;
    },
  };
}

/** A registration whose API is at this origin; nobody asks its provider for anything. */
export function benchConfig(origin: string): OAuth2Config {
  return defineOAuth2Config({
    provider: "bench",
    clientId: "bench",
    authUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    redirectUri: "http://127.0.0.1:1/oauth2/callback",
    apiOrigins: [origin],
    allowInsecureLoopback: true,
  });
}
