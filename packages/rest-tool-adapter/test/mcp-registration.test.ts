import { inspect } from "node:util";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  type OAuth2Config,
  parseKeyring,
} from "@rak-oauth/core";
import {
  type AuthorizationServer,
  type HttpServer,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RegisterMcpClientOptions, registerMcpClient } from "../src/mcp-client/index.js";

const origin = "http://127.0.0.1:1";

let authorizationServer: AuthorizationServer;
/** What the MCP server tells of itself; nothing else of it is needed here. */
let notes: HttpServer;
let credentials: CredentialService;

beforeEach(async () => {
  authorizationServer = await startAuthorizationServer({ registersClients: true });
  notes = await startHttpServer((request) =>
    request.url.endsWith("/.well-known/oauth-protected-resource/mcp")
      ? Response.json({
          resource: `${notes.url}/mcp`,
          resource_name: "Notes",
          authorization_servers: [authorizationServer.issuer],
          scopes_supported: ["calendar.read"],
        })
      : new Response(null, { status: 404 }),
  );
  credentials = new CredentialService({
    store: new MemoryCredentialStore(),
    keys: parseKeyring(`test:${generateKey()}`),
  });
});

afterEach(async () => {
  await notes.stop();
  await authorizationServer.stop();
});

const register = (overrides: Partial<RegisterMcpClientOptions> = {}): Promise<OAuth2Config> =>
  registerMcpClient({
    url: `${notes.url}/mcp`,
    redirectUri: `${origin}/oauth2/callback`,
    clientName: "Agent",
    credentials,
    allowInsecureLoopback: true,
    ...overrides,
  });

it("is done once, and kept for every process", async () => {
  const requests: string[] = [];
  const fetchAndCount: typeof fetch = (url, init) => {
    requests.push(`${init?.method ?? "GET"} ${new URL(String(url)).pathname}`);
    return fetch(url, init);
  };
  const config = await register({ fetch: fetchAndCount });
  expect(config).toMatchObject({
    provider: expect.stringMatching(/^mcp-127\.0\.0\.1-\d+-[0-9a-f]{10}$/),
    displayName: "Notes",
    issuer: authorizationServer.issuer,
    clientAuthentication: "client_secret_basic",
    scopes: ["calendar.read", "offline_access"],
    resources: [`${notes.url}/mcp`],
    apiOrigins: [notes.url],
  });
  expect(requests.filter((request) => request.startsWith("POST"))).toHaveLength(1);
  const again = await register({ fetch: fetchAndCount });
  expect(again.clientId).toBe(config.clientId);
  expect(again.clientSecret?.secret()).toBe(config.clientSecret?.secret());
  expect(requests.filter((request) => request.startsWith("POST"))).toHaveLength(1);
  const moved = await register({ redirectUri: `${origin}/elsewhere/callback` });
  expect(moved.clientId).not.toBe(config.clientId);
});

const metadata = async () => {
  const url = `${authorizationServer.issuer}/.well-known/oauth-authorization-server`;
  return (await (await fetch(url)).json()) as Record<string, unknown>;
};

it.each([
  ["DI-01 another issuer", { issuer: "https://evil.example" }, "calls itself https://evil.example"],
  ["no PKCE", { code_challenge_methods_supported: ["plain"] }, "does not promise PKCE"],
  ["no registration", { registration_endpoint: undefined }, "registers no clients by itself"],
])("%s stops it", async (_what, fault, words) => {
  const answer = { ...(await metadata()), ...fault };
  const faulty: typeof fetch = async (url, init) =>
    String(url).includes("/.well-known/oauth-authorization-server")
      ? Response.json(answer)
      : fetch(url, init);
  await expect(register({ fetch: faulty })).rejects.toMatchObject({
    code: "discovery_failed",
    message: expect.stringContaining(words),
  });
});

it.each([
  ["https://127.0.0.1:8443/mcp", "127.0.0.1 has an address that is not on the public internet."],
  ["https://[::1]:8443/mcp", "::1 has an address that is not on the public internet."],
  ["https://169.254.169.254/mcp", "169.254.169.254 has an address that is not"],
  ["https://localhost:8443/mcp", "localhost has an address that is not on the public internet."],
  ["http://mcp.example/mcp", "http://mcp.example does not use https."],
])("DI-03 the address %s is refused", async (url, words) => {
  const registering = register({ url, allowInsecureLoopback: false });
  await expect(registering).rejects.toMatchObject({
    code: "discovery_failed",
    message: expect.stringContaining(words),
  });
});

it("DI-03 so is one that the MCP server names", async () => {
  const publicOnly: typeof fetch = async (url, init) => {
    if (!String(url).includes("oauth-protected-resource")) return fetch(url, init);
    const servers = ["http://auth.example"];
    return Response.json({ resource: `${notes.url}/mcp`, authorization_servers: servers });
  };
  await expect(register({ fetch: publicOnly })).rejects.toThrow("http://auth.example does not");
});

it("DI-04 a document that is too large stops it", async () => {
  const answer = { ...(await metadata()), padding: " ".repeat(2 ** 20) };
  const faulty: typeof fetch = async (url, init) =>
    String(url).includes("/.well-known/oauth-authorization-server")
      ? Response.json(answer)
      : fetch(url, init);
  await expect(register({ fetch: faulty })).rejects.toMatchObject({ code: "discovery_failed" });
});

it("DI-06 another issuer is another provider, with a registration of its own", async () => {
  const config = await register();
  await authorizationServer.stop();
  authorizationServer = await startAuthorizationServer({ registersClients: true });
  const moved = await register();
  expect(moved.provider).not.toBe(config.provider);
  expect(moved.clientId).not.toBe(config.clientId);
});

it("a resource that is another's stops it", async () => {
  const faulty: typeof fetch = async (url, init) =>
    String(url).includes("oauth-protected-resource")
      ? Response.json({
          resource: "https://other.example/mcp",
          authorization_servers: [authorizationServer.issuer],
        })
      : fetch(url, init);
  await expect(register({ fetch: faulty })).rejects.toThrow("https://other.example/mcp");
});

it("EV-01 a refused registration shows the error's code and no body", async () => {
  const faulty: typeof fetch = async (url, init) =>
    init?.method === "POST"
      ? Response.json(
          { error: "invalid_client_metadata", error_description: "canary" },
          { status: 400 },
        )
      : fetch(url, init);
  const error = await register({ fetch: faulty }).catch((reason: unknown) => reason);
  expect(inspect(error, { depth: 9 })).toContain("(invalid_client_metadata)");
  expect(inspect(error, { depth: 9 })).not.toContain("canary");
});
