import { inspect } from "node:util";
import * as sdk2 from "@modelcontextprotocol/client";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  AccessToken,
  ConfigurationError,
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2Config,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { discoverMcpServer, publicFetch } from "@rak-oauth/oidc-discovery";
import {
  type AuthorizationServer,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { PendingAuthorizationResult } from "../src/index.js";
import { McpOAuthProvider, type McpOAuthProviderOptions } from "../src/mcp-client/index.js";
import { startMcpServer } from "./mcp-world.js";

/** How many seconds an access token lives; the tests' clock says when. */
const lifetimeSeconds = 3600;

let authorizationServer: AuthorizationServer;
let mcp: HttpServer;
let callback: HttpServer;
let credentials: CredentialService;
let flow: AuthorizationCodeFlow | undefined;
let now: number;
/** Tokens that the MCP server takes no longer. */
const refused = new Set<string>();
/** What the MCP server says instead of its answer. */
let objection: ((request: Request) => Response | undefined) | undefined;
const seen: string[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  now = Date.now();
  refused.clear();
  seen.length = 0;
  objection = undefined;
  authorizationServer = await startAuthorizationServer({
    registersClients: true,
    accessTokenTtlSeconds: lifetimeSeconds,
    extraScopes: ["calendar.write"],
  });
  callback = await startHttpServer((request) => {
    if (flow === undefined) throw new Error("There is no flow yet.");
    return flow.handler(request);
  });
  mcp = await startMcpServer({
    register: (server) => {
      server.registerTool("whoami", {}, ({ authInfo }) => ({
        content: [{ type: "text", text: String(authInfo?.extra?.["sub"]) }],
      }));
    },
    async verify(token) {
      seen.push(token);
      const verified = refused.has(token)
        ? undefined
        : await authorizationServer.verifyAccessToken(token);
      return verified?.sub === undefined ? undefined : { userId: verified.sub };
    },
    object: (request) => objection?.(request),
    elsewhere: (request) =>
      request.url.endsWith("/.well-known/oauth-protected-resource/mcp")
        ? Response.json({
            resource: `${mcp.url}/mcp`,
            resource_name: "Notes",
            authorization_servers: [authorizationServer.issuer],
            scopes_supported: ["calendar.read"],
          })
        : new Response(null, { status: 404 }),
  });
  credentials = new CredentialService({
    store: new MemoryCredentialStore({ clock: { now: () => now } }),
    keys: parseKeyring(`test:${generateKey()}`),
    clock: { now: () => now },
  });
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  flow = undefined;
  await mcp.stop();
  await callback.stop();
  await authorizationServer.stop();
});

const register = (): Promise<OAuth2Config> =>
  discoverMcpServer(`${mcp.url}/mcp`, {
    redirectUri: `${callback.url}/oauth2/callback`,
    clientName: "Agent",
    credentials,
    allowInsecureLoopback: true,
  });

/** The parts of one process. */
function startProcess(
  config: OAuth2Config,
): Pick<McpOAuthProviderOptions, "tokens" | "authorization"> {
  const tokens = new TokenManager({ config, credentials });
  closers.push(() => tokens.close());
  flow ??= new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: `${callback.url}/oauth2/connect`,
    dangerouslyAllowAnyUser: true,
  });
  return { tokens, authorization: flow };
}

interface Session {
  readonly provider: McpOAuthProvider;
  readonly links: PendingAuthorizationResult[];
  connect(): Promise<Client>;
}

function createSession(
  parts: Pick<McpOAuthProviderOptions, "tokens" | "authorization">,
  userId = "alice",
): Session {
  const links: PendingAuthorizationResult[] = [];
  const provider = new McpOAuthProvider({
    ...parts,
    url: `${mcp.url}/mcp`,
    user: { userId },
    onPending: (pending) => {
      links.push(pending);
    },
  });
  return {
    provider,
    links,
    async connect() {
      const client = new Client({ name: "agent", version: "1.0.0" });
      closers.push(() => client.close());
      const { fetch } = provider;
      const url = new URL(`${mcp.url}/mcp`);
      // The SDK's own types do not allow for exactOptionalPropertyTypes.
      const transport = new StreamableHTTPClientTransport(url, { authProvider: provider, fetch });
      await client.connect(transport as Parameters<Client["connect"]>[0]);
      return client;
    },
  };
}

async function connectUser(session: Session, user: string): Promise<Client> {
  await expect(session.connect()).rejects.toThrow(UnauthorizedError);
  const ended = await signIn({ url: session.links.at(-1)?.auth_url ?? "", user });
  expect(ended.status).toBe(200);
  return session.connect();
}

const refreshes = () =>
  authorizationServer.tokenRequests.filter(({ grantType }) => grantType === "refresh_token");

async function whoami(client: Client): Promise<unknown> {
  const { content } = await client.callTool({ name: "whoami" });
  return (content as readonly { readonly text: string }[])[0]?.text;
}

it("the user gets a link, and after that the server is called as them", async () => {
  const parts = startProcess(await register());
  const session = createSession(parts);
  const client = await connectUser(session, "alice");
  expect(session.links).toMatchObject([{ pending: true, reason: "connect" }]);
  expect(await whoami(client)).toBe("alice");
  const other = createSession(parts, "bob");
  expect(await whoami(await connectUser(other, "bob"))).toBe("bob");
  expect(await whoami(client)).toBe("alice");
});

it("a token that the server refuses is renewed once, and the request goes out again", async () => {
  const session = createSession(startProcess(await register()));
  const client = await connectUser(session, "alice");
  refused.add(seen.at(-1) ?? "");
  expect(await whoami(client)).toBe("alice");
  expect(refreshes()).toMatchObject([{ error: undefined }]);
  expect(session.links).toHaveLength(1);
});

it("TM-01 processes that share a rotating refresh token spend it once", async () => {
  const config = await register();
  const first = createSession(startProcess(config));
  const clients = [await connectUser(first, "alice")];
  for (let index = 0; index < 3; index += 1) {
    clients.push(await createSession(startProcess(await register())).connect());
  }
  now += lifetimeSeconds * 1000;
  const answers = await Promise.all(clients.flatMap((client) => [whoami(client), whoami(client)]));
  expect(new Set(answers)).toEqual(new Set(["alice"]));
  expect(refreshes()).toMatchObject([{ error: undefined }]);
});

it("the SDK never sees a refresh token or a client secret", async () => {
  const session = createSession(startProcess(await register()));
  await connectUser(session, "alice");
  expect(Object.keys((await session.provider.tokens()) ?? {}).sort()).toEqual([
    "access_token",
    "issuer",
    "scope",
    "token_type",
  ]);
  expect(session.provider.clientInformation()).not.toHaveProperty("client_secret");
});

it("missing scopes become a link that asks for them", async () => {
  const session = createSession(startProcess(await register()));
  const client = await connectUser(session, "alice");
  objection = () =>
    new Response(null, {
      status: 403,
      headers: {
        "www-authenticate": 'Bearer error="insufficient_scope", scope="calendar.write"',
      },
    });
  await expect(whoami(client)).rejects.toThrow(UnauthorizedError);
  expect(session.links.at(-1)).toMatchObject({ reason: "scope" });
  expect(session.links.at(-1)?.scopes).toContain("calendar.write");
});

it("a grant that is dead becomes a link", async () => {
  const session = createSession(startProcess(await register()));
  const client = await connectUser(session, "alice");
  await authorizationServer.revokeGrants("alice");
  await expect(whoami(client)).rejects.toThrow(UnauthorizedError);
  expect(session.links.at(-1)).toMatchObject({ pending: true, reason: "expired" });
});

it("RT-05 without a user nothing is sent", async () => {
  const session = createSession(startProcess(await register()), "");
  seen.length = 0;
  await expect(session.connect()).rejects.toMatchObject({ code: "missing_user_id" });
  expect(seen).toEqual([]);
});

it("RT-08 a token goes to its own server only", async () => {
  const parts = startProcess(await register());
  const options = { ...parts, user: { userId: "alice" }, onPending: () => {} };
  expect(() => new McpOAuthProvider({ ...options, url: "https://evil.example/mcp" })).toThrow(
    ConfigurationError,
  );
  const session = createSession(parts);
  await connectUser(session, "alice");
  const { access_token: token } = (await session.provider.tokens()) ?? {};
  const headers = { authorization: `Bearer ${token}` };
  await expect(session.provider.fetch(callback.url, { headers })).rejects.toThrow(
    ConfigurationError,
  );
});

it("RT-03 redirects are followed within the server, and not to elsewhere", async () => {
  const session = createSession(startProcess(await register()));
  const client = await connectUser(session, "alice");
  const redirects: string[] = [];
  const redirectTo = (location: string, status = 307) => {
    objection = ({ method, url }) => {
      if (method !== "POST" || url.endsWith("?moved")) return undefined;
      redirects.push(location);
      return new Response(null, { status, headers: { location } });
    };
  };
  redirectTo("/mcp?moved");
  expect(await whoami(client)).toBe("alice");
  expect(redirects).toEqual(["/mcp?moved"]);
  const elsewhere = await startHttpServer(() => expect.unreachable("nothing goes there"));
  closers.push(() => elsewhere.stop());
  redirectTo(elsewhere.url);
  await expect(whoami(client)).rejects.toThrow(
    `redirects to ${elsewhere.url}, and that is not followed`,
  );
  redirectTo("/mcp?moved", 302);
  await expect(whoami(client)).rejects.toThrow("redirects with HTTP 302, which drops the message");
  redirectTo("/mcp?moved");
  const { access_token: token } = (await session.provider.tokens()) ?? {};
  const init = { method: "POST", headers: { authorization: `Bearer ${token}` } };
  const sent = session.provider.fetch(`${mcp.url}/mcp`, { ...init, redirect: "error" });
  await expect(sent).rejects.toThrow("that is not followed");
});

it("EV-01 provider, errors and links show no token", async () => {
  const session = createSession(startProcess(await register()));
  const client = await connectUser(session, "alice");
  const token = seen.at(-1) ?? "";
  await authorizationServer.revokeGrants("alice");
  const error = await whoami(client).catch((reason: unknown) => reason);
  const shown = inspect([session, error], { depth: 12, showHidden: true });
  expect(token).not.toBe("");
  expect(shown).not.toContain(token);
});

it("finishAuth is not for the application", async () => {
  const { provider } = createSession(startProcess(await register()));
  expect(() => provider.codeVerifier()).toThrow("Do not call finishAuth");
  expect(() => provider.saveTokens()).toThrow("Do not call finishAuth");
});

it("with version 2 of the SDK, too, the user gets a link and refused tokens are renewed", async () => {
  const session = createSession(startProcess(await register()));
  const connect = async () => {
    const client = new sdk2.Client({ name: "agent", version: "1.0.0" });
    closers.push(() => client.close());
    const { provider: authProvider } = session;
    const { fetch } = authProvider;
    const url = new URL(`${mcp.url}/mcp`);
    await client.connect(new sdk2.StreamableHTTPClientTransport(url, { authProvider, fetch }));
    return client;
  };
  await expect(connect()).rejects.toThrow(sdk2.UnauthorizedError);
  await signIn({ url: session.links.at(-1)?.auth_url ?? "", user: "alice" });
  const client = await connect();
  refused.add(seen.at(-1) ?? "");
  const { content } = await client.callTool({ name: "whoami" });
  expect(content).toMatchObject([{ text: "alice" }]);
  expect(refreshes()).toMatchObject([{ error: undefined }]);
});

it("DI-03 by publicFetch no token goes to an endpoint that turns out to be in the own network", async () => {
  const config = await register();
  const tokens = new TokenManager({ config, credentials, fetch: publicFetch() });
  closers.push(() => tokens.close());
  const owner = { userId: "alice" };
  await credentials.storeCredentials(
    { ...owner, provider: config.provider },
    {
      accessToken: new AccessToken("spent", { expiresAt: new Date(now - 1000) }),
      refreshToken: new Secret("refresh"),
      lifetimeSeconds,
    },
  );
  await expect(tokens.getToken(owner)).rejects.toThrow("could not be reached");
  expect(authorizationServer.tokenRequests).toEqual([]);
});
