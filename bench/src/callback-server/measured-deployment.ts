import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import { openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { findFreePort, startPostgres } from "@rak-oauth/test-kit";

/** Database, provider and settings that servers are measured with, and an agent beside them. */
export interface MeasuredDeployment {
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly issuer: string;
  /** An agent in this process; for once a server has made the tables. */
  openAgent(): AuthorizationCodeFlow;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL and a token endpoint that takes `answerMs` milliseconds. */
export async function startMeasuredDeployment(answerMs: number): Promise<MeasuredDeployment> {
  const postgres = await startPostgres({ durable: true });
  const script = fileURLToPath(new URL("token-endpoint-process.js", import.meta.url));
  const provider = fork(script, [String(answerMs)], { execArgv: [] });
  const [issuer] = (await once(provider, "message")) as [string];
  const folder = await mkdtemp(join(tmpdir(), "rak-oauth-bench-"));
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const config: OAuth2ConfigInput = {
    provider: "calendar",
    clientId: "server",
    clientSecret: "secret",
    issuer,
    authUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/token`,
    redirectUri: `${publicUrl}/oauth2/callback/calendar`,
    scopes: ["calendar.read"],
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
  const providersFile = join(folder, "providers.json");
  await writeFile(providersFile, JSON.stringify([config]));
  const keyLine = `bench:${generateKey()}`;
  const closes: (() => Promise<void>)[] = [];
  return {
    port,
    issuer,
    settings: {
      DATABASE_URL: postgres.url,
      RAK_OAUTH_KEYS: keyLine,
      RAK_OAUTH_PROVIDERS_FILE: providersFile,
      RAK_OAUTH_RATE_LIMIT: "1000000",
      RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true",
    },
    openAgent() {
      const stores = openPostgresStores({ connectionString: postgres.url });
      closes.push(() => stores.close());
      return new AuthorizationCodeFlow({
        configs: [defineOAuth2Config(config)],
        credentials: new CredentialService({
          store: stores.credentials,
          keys: parseKeyring(keyLine),
        }),
        pendingAuthorizations: stores.pendingAuthorizations,
        connectUrl: `${publicUrl}/oauth2/connect`,
        dangerouslyAllowAnyUser: true,
      });
    },
    async stop() {
      for (const close of closes) await close();
      provider.disconnect();
      await postgres.stop();
      await rm(folder, { recursive: true });
    },
  };
}
