import { readFile } from "node:fs/promises";
import { AuthorizationCodeFlow, authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  Keyring,
  loadKeyring,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2Config,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { google, microsoft } from "@rak-oauth/oidc-discovery";
import {
  createAgentAuth,
  createAuthorizedFetch,
  oauth2,
  RestApiTool,
  withAuthorization,
} from "@rak-oauth/rest-tool-adapter";
import { toAiTools } from "@rak-oauth/rest-tool-adapter/ai-sdk";
import { McpOAuthProvider } from "@rak-oauth/rest-tool-adapter/mcp-client";
import { createSelfSignedCertificate as createCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";
import { expect, it } from "vitest";

const config = defineOAuth2Config({
  provider: "calendar",
  displayName: "Calendar",
  clientId: "agent",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
  redirectUri: "https://agent.example.com/callback",
  apiOrigins: ["https://api.example.com"],
});
const credentials = createCredentials("2026-11");
const endpoint = new TokenEndpoint({ config });

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
  const store = new MemoryCredentialStore();
  const key = { userId: "alice", provider: "calendar" };
  const tokens = { accessToken: new AccessToken("a"), refreshToken: new Secret("r") };
  await createCredentials("2025-11", store).storeCredentials(key, tokens);
  return createCredentials("2026-11", store).getCredentials(key);
}

function createTool(url: string): RestApiTool {
  return new RestApiTool({
    name: "list_events",
    description: "Lists events.",
    method: "GET",
    url,
    auth: oauth2({
      tokens: new TokenManager({ config, credentials }),
      authorization: createFlow("https://agent.example.com/callback", () => true),
    }),
  });
}

const tool = createTool("https://api.example.com/events");

function createMcpProvider(): McpOAuthProvider {
  return new McpOAuthProvider({
    url: "https://notes.example.com/mcp",
    tokens: new TokenManager({ config, credentials }),
    authorization: createFlow("https://agent.example.com/callback", () => true),
    user: { userId: "alice" },
    onPending: () => {},
  });
}

function wrapTwice(): unknown {
  const wrap = withAuthorization({
    tokens: new TokenManager({ config, credentials }),
    authorization: createFlow("https://agent.example.com/callback", () => true),
  });
  const parameters = { type: "object", properties: {} } as const;
  const execute = async () => ({});
  return wrap(wrap({ name: "count_events", description: "Counts events.", parameters, execute }));
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
  ["sign-in-from-a-command", () => authorizeWithLoopback({ endpoint })],
  ["sign-in-from-a-command", () => authorizeWithLoopback({ endpoint, credentials })],
  ["oidc-discovery", () => microsoft({ clientId: "agent", tenant: "a b" })],
  [
    "oidc-discovery",
    async () => {
      const [one, other] = [await createCertificate("CN=a"), await createCertificate("CN=b")];
      return microsoft({
        clientId: "agent",
        clientPrivateKey: one.privateKey,
        clientCertificate: other.certificate,
      });
    },
  ],
  ["oidc-discovery", () => google({ clientId: "", scopes: ["openid email"] })],
  ["store-memory", () => new Keyring({ keys: [] })],
  ["rest-tools", () => createTool("https://api.other.com/events")],
  ["rest-tools", () => tool.execute({}, {})],
  [
    "own-functions",
    () =>
      createAuthorizedFetch(new TokenManager({ config, credentials }).forUser("alice"), {
        origins: config.apiOrigins,
      })("https://api.other.com/events"),
  ],
  ["rest-tools", () => createAgentAuth({ tools: [tool, tool] })],
  [
    "own-functions",
    () =>
      createAuthorizedFetch(new TokenManager({ config, credentials }).forUser("alice"), {
        origins: [],
      }),
  ],
  ["own-functions", wrapTwice],
  ["own-functions", () => new TokenManager({ config, credentials }).getToken({ userId: "alice" })],
  ["ai-sdk", () => toAiTools([tool, tool], { userId: "alice" })],
  ["ai-sdk", () => tool.execute({}, {})],
  ["openai-agents", () => tool.execute({}, {})],
  ["langgraph", () => tool.execute({}, {})],
  ["google-adk", () => tool.execute({}, {})],
  ["mcp-server", () => tool.execute({}, {})],
  ["mcp-client", createMcpProvider],
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
