import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
} from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  type OAuth2ConfigInput,
  type PendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import type { Storage } from "@rak-oauth/environment";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { openStores } from "../src/open-stores.js";

/** An authorization server that a test has started. */
export interface ProviderOfTest {
  readonly issuer: string;
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
}

/** One deployment: any number of servers, and an agent, that share a database, keys and a provider. */
export interface Deployment {
  /** Settings of each server, but for its PORT. */
  readonly settings: Readonly<Record<string, string>>;
  readonly keyLine: string;
  /** The client that servers are at the provider. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** The agent's part, once a server has made the tables. */
  openAgent(options?: Pick<AuthorizationCodeFlowOptions, "scheduler">): Promise<{
    readonly flow: AuthorizationCodeFlow;
    readonly credentials: CredentialService;
    readonly pendingAuthorizations: PendingAuthorizationStore;
  }>;
}

const clientId = "server";
const clientSecret = "canary-client-secret";

/** Puts settings together for servers that browsers reach by `publicUrl`. */
export async function deploy(
  storage: Storage,
  provider: ProviderOfTest,
  publicUrl: string,
): Promise<Deployment> {
  const redirectUri = `${publicUrl}/oauth2/callback/calendar`;
  const config: OAuth2ConfigInput = {
    provider: "calendar",
    displayName: "Calendar",
    clientId,
    clientSecret,
    ...provider,
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
  const folder = await mkdtemp(join(tmpdir(), "callback-server-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const providersFile = join(folder, "providers.json");
  await writeFile(providersFile, JSON.stringify([config]));
  const keyLine = `test:${generateKey()}`;
  return {
    keyLine,
    clientId,
    clientSecret,
    redirectUri,
    settings: {
      PUBLIC_URL: publicUrl,
      RAK_OAUTH_KEYS: keyLine,
      RAK_OAUTH_PROVIDERS_FILE: providersFile,
      RAK_OAUTH_RATE_LIMIT: "0",
      RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true",
      ...(storage.kind === "redis" && { REDIS_URL: storage.url }),
      ...(storage.kind === "postgres" && { DATABASE_URL: storage.connectionString }),
    },
    async openAgent(options) {
      const stores = await openStores(storage, pino({ level: "silent" }));
      onTestFinished(() => stores.close());
      const keys = parseKeyring(keyLine);
      const credentials = new CredentialService({ store: stores.credentials, keys });
      const flow = new AuthorizationCodeFlow({
        configs: [defineOAuth2Config({ ...config, redirectUri })],
        credentials,
        pendingAuthorizations: stores.pendingAuthorizations,
        connectUrl: `${publicUrl}/oauth2/connect`,
        dangerouslyAllowAnyUser: true,
        ...options,
      });
      return { flow, credentials, pendingAuthorizations: stores.pendingAuthorizations };
    },
  };
}
