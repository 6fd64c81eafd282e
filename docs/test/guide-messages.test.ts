import { readFile } from "node:fs/promises";
import { AuthorizationCodeFlow, authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  loadKeyring,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2Config,
  parseKeyring,
} from "@rak-oauth/core";
import { google, microsoft } from "@rak-oauth/oidc-discovery";
import { TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";
import { expect, it } from "vitest";

const config = defineOAuth2Config({
  provider: "calendar",
  displayName: "Calendar",
  clientId: "agent",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
  redirectUri: "https://agent.example.com/callback",
});
const credentials = createCredentials("2026-11");

function createCredentials(
  keyId: string,
  store: MemoryCredentialStore = new MemoryCredentialStore(),
): CredentialService {
  return new CredentialService({ store, keys: parseKeyring(`${keyId}:${generateKey()}`) });
}

function createFlow(redirectUri: string, verifyUser?: () => boolean): AuthorizationCodeFlow {
  return new AuthorizationCodeFlow({
    configs: [{ ...config, redirectUri } satisfies OAuth2Config],
    credentials,
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: "https://agent.example.com/oauth2/connect",
    verifyUser,
  });
}

async function openWithoutKey(): Promise<unknown> {
  const { Secret, AccessToken } = await import("@rak-oauth/core");
  const store = new MemoryCredentialStore();
  const key = { userId: "alice", provider: "calendar" };
  const tokens = { accessToken: new AccessToken("a"), refreshToken: new Secret("r") };
  await createCredentials("2025-11", store).storeCredentials(key, tokens);
  return createCredentials("2026-11", store).getCredentials(key);
}

/** What goes wrong, by the page that tells of it. */
const causes: readonly (readonly [page: string, cause: () => unknown])[] = [
  ["core", () => loadKeyring({ environment: {} })],
  ["core", () => parseKeyring(generateKey())],
  ["core", openWithoutKey],
  ["core", () => credentials.getCredentials({ userId: "", provider: "calendar" })],
  ["token-manager", () => new TokenManager({ config, credentials }).getToken({ userId: "alice" })],
  ["token-manager", () => new TokenManager({ config, credentials }).getToken()],
  ["token-manager", () => new TokenManager({ config, credentials, leaseMs: 0 })],
  ["auth-code-flow", () => createFlow("https://agent.example.com/callback")],
  ["auth-code-flow", () => createFlow("http://127.0.0.1:9/callback", () => true)],
  ["auth-code-flow", () => authorizeWithLoopback({ endpoint: new TokenEndpoint({ config }) })],
  ["oidc-discovery", () => microsoft({ clientId: "agent", tenant: "a b" })],
  ["oidc-discovery", () => google({ clientId: "", scopes: ["openid email"] })],
];

it.each(causes)(
  "%s.md quotes the message of each fault that it tells of (%#)",
  async (page, cause) => {
    const error = await Promise.resolve()
      .then(cause)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    const { message } = error as Error;
    const text = await readFile(new URL(`../guides/${page}.md`, import.meta.url), "utf8");
    const quoted = [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map((row) => row[1] ?? "");
    const matching = quoted.filter((quote) => isQuoteOf(quote, message));
    expect(matching, `${page}.md quotes not: ${message}`).toHaveLength(1);
  },
);

/** A quote is all of a message, or its beginning and then `…`. */
function isQuoteOf(quote: string, message: string): boolean {
  return quote.endsWith("…") ? message.startsWith(quote.slice(0, -1).trim()) : quote === message;
}
