import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey, type OAuth2ConfigInput } from "@rak-oauth/core";
import { findFreePort, startHttpServer } from "@rak-oauth/test-kit";
import { startServerProcess } from "./server-process.js";

/** Two processes on one storage: agents ask the one, browsers come back to the other. */
export interface TwoServers {
  /** The API of the process that no browser comes to. */
  readonly api: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Opens a link as a browser does, and gives the request that will complete the authorization. */
  prepareCallback(link: string): Promise<() => Promise<Response>>;
  stop(): Promise<void>;
}

/** Starts both, and a provider that gives a token for any code at once. */
export async function startTwoServers(
  storage: Readonly<Record<string, string>>,
): Promise<TwoServers> {
  const provider = await startHttpServer(() =>
    Response.json({ access_token: "token", token_type: "Bearer", expires_in: 3600 }),
  );
  const folder = await mkdtemp(join(tmpdir(), "bench-callback-api-"));
  const [browserPort, agentPort] = [await findFreePort(), await findFreePort()];
  const publicUrl = `http://127.0.0.1:${browserPort}`;
  const config: OAuth2ConfigInput = {
    provider: "calendar",
    clientId: "client",
    authUrl: `${provider.url}/authorize`,
    tokenUrl: `${provider.url}/token`,
    scopes: ["calendar.read"],
    allowInsecureLoopback: true,
  };
  const providersFile = join(folder, "providers.json");
  await writeFile(providersFile, JSON.stringify([config]));
  const apiKey = randomBytes(32).toString("base64url");
  const shared = {
    ...storage,
    PUBLIC_URL: publicUrl,
    RAK_OAUTH_KEYS: `bench:${generateKey()}`,
    RAK_OAUTH_PROVIDERS_FILE: providersFile,
    // The browser that is played has no session anywhere.
    RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true",
    RAK_OAUTH_API_KEYS: `agent:${createHash("sha256").update(apiKey).digest("hex")}`,
  };
  const browsers = await startServerProcess({ ...shared, PORT: String(browserPort) });
  const agents = await startServerProcess({ ...shared, PORT: String(agentPort) });
  return {
    api: `http://127.0.0.1:${agentPort}/api/v1`,
    headers: { authorization: `Bearer ${apiKey}` },
    async prepareCallback(link) {
      const redirect = await fetch(link, { redirect: "manual" });
      const state = new URL(redirect.headers.get("location") ?? "").searchParams.get("state");
      const cookie = redirect.headers.get("set-cookie")?.split(";")[0] ?? "";
      const url = `${publicUrl}/oauth2/callback/calendar?code=code&state=${state}`;
      return () => fetch(url, { headers: { cookie } });
    },
    async stop() {
      await Promise.all([browsers.stop(), agents.stop(), provider.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}
