import { inspect } from "node:util";
import {
  ConfigurationError,
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
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiscoverMcpServerOptions, discoverMcpServer, MetadataCache } from "../src/index.js";

const redirectUri = "http://127.0.0.1:1/oauth2/callback";

let authorizationServer: AuthorizationServer;
/** What the MCP server tells of itself; nothing else of it is needed here. */
let notes: HttpServer;
/** What the MCP server answers to a request without a token. */
let challenge: string | undefined;
let resource: Record<string, unknown> | undefined;
let credentials: CredentialService;
let store: MemoryCredentialStore;
const keys = parseKeyring(`test:${generateKey()}`);
let now: number;
const clock = { now: () => now };
const requests: string[] = [];

beforeEach(async () => {
  authorizationServer = await startAuthorizationServer({ registersClients: true });
  challenge = undefined;
  now = Date.now();
  requests.length = 0;
  notes = await startHttpServer((request) => {
    const { pathname } = new URL(request.url);
    const isDocument =
      pathname ===
      (challenge === undefined ? "/.well-known/oauth-protected-resource/mcp" : "/about");
    if (isDocument && resource !== undefined) return Response.json(resource);
    if (pathname !== "/mcp") return new Response(null, { status: 404 });
    const headers = challenge === undefined ? {} : { "www-authenticate": challenge };
    return new Response(null, { status: 401, headers });
  });
  resource = {
    resource: `${notes.url}/mcp`,
    resource_name: "Notes",
    authorization_servers: [authorizationServer.issuer],
    scopes_supported: ["calendar.read"],
  };
  store = new MemoryCredentialStore({ clock });
  credentials = new CredentialService({ store, keys, clock });
});

afterEach(async () => {
  await notes.stop();
  await authorizationServer.stop();
});

const recordingFetch: typeof fetch = (url, init) => {
  requests.push(`${init?.method ?? "GET"} ${new URL(String(url)).pathname}`);
  return fetch(url, init);
};

const find = (overrides: Partial<DiscoverMcpServerOptions> = {}): Promise<OAuth2Config> =>
  discoverMcpServer(`${notes.url}/mcp`, {
    redirectUri,
    clientName: "Agent",
    credentials,
    cache: new MetadataCache(),
    allowInsecureLoopback: true,
    fetch: recordingFetch,
    ...overrides,
  });

/** The authorization server's metadata with some of it changed. */
function withMetadata(change: Record<string, unknown>): typeof fetch {
  return async (url, init) => {
    const response = await recordingFetch(url, init);
    if (!String(url).includes("/.well-known/oauth-authorization-server")) return response;
    return Response.json({ ...((await response.json()) as object), ...change });
  };
}

const registrations = () => requests.filter((request) => request.startsWith("POST"));

describe("an MCP server's address", () => {
  it("is all that is needed", async () => {
    expect(await find()).toMatchObject({
      provider: expect.stringMatching(/^mcp-127\.0\.0\.1-\d+-[0-9a-f]{32}$/),
      displayName: `Notes (${new URL(notes.url).host})`,
      issuer: authorizationServer.issuer,
      authUrl: expect.stringContaining(authorizationServer.issuer),
      clientAuthentication: "client_secret_basic",
      scopes: ["calendar.read", "offline_access"],
      resources: [`${notes.url}/mcp`],
      apiOrigins: [notes.url],
      flow: "authorization_code",
      usePkce: true,
    });
    expect(requests).toEqual([
      "GET /mcp",
      "GET /.well-known/oauth-protected-resource/mcp",
      "GET /.well-known/oauth-authorization-server",
      expect.stringMatching(/^POST /),
    ]);
  });

  it("comes with the name that the server gives itself, made fit to be shown beside its host", async () => {
    resource = { ...resource, resource_name: `Google\u202e\n ${"x".repeat(1000)}` };
    const { host } = new URL(notes.url);
    expect((await find()).displayName).toBe(`Google ${"x".repeat(53)} (${host})`);
  });

  it("leads to the metadata that the server's challenge names, and to the scopes in it", async () => {
    challenge = `Bearer resource_metadata="${notes.url}/about", scope="email"`;
    expect((await find()).scopes).toEqual(["email", "offline_access"]);
    expect(requests.slice(0, 2)).toEqual(["GET /mcp", "GET /about"]);
  });

  it("is told to be wrong where nothing is at the address that the challenge names", async () => {
    challenge = `Bearer resource_metadata="${notes.url}/nothing"`;
    await expect(find()).rejects.toThrow(
      `${notes.url}/nothing, where its metadata should be, answered HTTP 404 without it.`,
    );
  });

  it("of a server from before RFC 9728 leads to its own origin", async () => {
    resource = undefined;
    const at = new URL(authorizationServer.issuer);
    const config = await discoverMcpServer(`${at.origin}/`, {
      redirectUri,
      clientName: "Agent",
      credentials,
      allowInsecureLoopback: true,
    });
    expect(config).toMatchObject({ issuer: authorizationServer.issuer, resources: [at.origin] });
  });

  it.each(["mcp.example", "https://user:password@mcp.example/", "http://mcp.example/mcp"])(
    "EV-02 is refused as %s before anything is sent",
    async (url) => {
      const finding = discoverMcpServer(url, { redirectUri, clientName: "Agent" });
      await expect(finding).rejects.toThrow(ConfigurationError);
      await expect(finding).rejects.not.toThrow("password@");
    },
  );
});

describe("becoming a client", () => {
  it("by registering is done once, by all who ask at once and by every process after", async () => {
    const configs = await Promise.all([find(), find(), find()]);
    expect(new Set(configs.map(({ clientId }) => clientId)).size).toBe(1);
    const again = await find();
    expect(again.clientSecret?.secret()).toBe(configs[0]?.clientSecret?.secret());
    expect(registrations()).toHaveLength(1);
    const moved = await find({ redirectUri: "http://127.0.0.1:1/elsewhere" });
    expect(moved.clientId).not.toBe(again.clientId);
  });

  it("by registering is done once by processes that start at the same moment", async () => {
    const processes = Array.from(
      { length: 8 },
      () => new CredentialService({ store, keys, clock }),
    );
    const configs = await Promise.all(processes.map((own) => find({ credentials: own })));
    const [first] = configs;
    expect(new Set(configs.map(({ clientId }) => clientId)).size).toBe(1);
    expect((await find()).clientSecret?.secret()).toBe(first?.clientSecret?.secret());
    expect(registrations()).toHaveLength(1);
  });

  it("by registering is tried again after a server that failed", async () => {
    const failing = withMetadata({ registration_endpoint: `${notes.url}/nothing` });
    await expect(find({ fetch: failing })).rejects.toThrow("(HTTP 404)");
    expect((await find()).clientId).toEqual(expect.any(String));
  });

  it("by registering is done again when the secret has expired", async () => {
    const expiring: typeof fetch = async (url, init) => {
      const response = await recordingFetch(url, init);
      if (init?.method !== "POST") return response;
      const expiresAt = Math.floor(now / 1000) + 60;
      const body = { ...((await response.json()) as object), client_secret_expires_at: expiresAt };
      return Response.json(body, { status: 201 });
    };
    const first = await find({ fetch: expiring });
    now += 59_000;
    expect((await find({ fetch: expiring })).clientId).toBe(first.clientId);
    now += 2_000;
    expect((await find({ fetch: expiring })).clientId).not.toBe(first.clientId);
  });

  it("by its metadata document goes before registering, where the server takes such", async () => {
    const clientIdMetadataUrl = "https://app.example.com/oauth2/client.json";
    const taking = withMetadata({ client_id_metadata_document_supported: true });
    const config = await find({ fetch: taking, clientIdMetadataUrl });
    expect(config).toMatchObject({ clientId: clientIdMetadataUrl, clientAuthentication: "none" });
    expect(registrations()).toHaveLength(0);
    expect((await find({ clientIdMetadataUrl })).clientId).not.toBe(clientIdMetadataUrl);
  });

  it("by hand goes before both, and chooses the server where it was done", async () => {
    const issuer = authorizationServer.issuer;
    resource = { ...resource, authorization_servers: ["https://other.example", `${issuer}/`] };
    const config = await find({
      registrations: [{ issuer, clientId: "by-hand", clientSecret: "secret" }],
    });
    expect(config).toMatchObject({ issuer, clientId: "by-hand" });
    expect(registrations()).toHaveLength(0);
  });

  it("EV-02 says what is lacking where there is no way", async () => {
    const { issuer } = authorizationServer;
    const fetch = withMetadata({ registration_endpoint: undefined });
    await expect(find({ fetch })).rejects.toThrow(
      `the application is no client of ${issuer}. Give a registration made there by hand, as registrations: [{ issuer: "${issuer}", clientId: … }].`,
    );
    await expect(find({ credentials: undefined })).rejects.toThrow("Give credentials, for it");
  });

  it("EV-01 shows a refusal's code and no body", async () => {
    const refusing: typeof fetch = async (url, init) =>
      init?.method === "POST"
        ? Response.json(
            { error: "invalid_client_metadata", error_description: "canary" },
            { status: 400 },
          )
        : recordingFetch(url, init);
    const error = await find({ fetch: refusing }).catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 9 })).toContain("(HTTP 400, invalid_client_metadata)");
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
  });
});

describe("hostile metadata", () => {
  it.each([
    ["DI-01 another issuer", { issuer: "https://evil.example" }, "another issuer"],
    ["no PKCE", { code_challenge_methods_supported: ["plain"] }, "does not promise PKCE"],
    ["DI-02 http", { token_endpoint: "http://evil.example/" }, "must use https"],
    ["DI-02 http", { registration_endpoint: "http://evil.example/" }, "no https address"],
    ["DI-04 too much", { padding: " ".repeat(2 ** 20) }, "larger than 1048576 bytes"],
  ])("%s stops it", async (_what, change, words) => {
    await expect(find({ fetch: withMetadata(change) })).rejects.toMatchObject({
      code: "discovery_failed",
      message: expect.stringContaining(words),
    });
    expect(registrations()).toHaveLength(0);
  });

  it.each(["https://other.example/mcp", "/notes", "", 7])(
    "of the resource %j stops it",
    async (other) => {
      resource = { ...resource, resource: other === "/notes" ? `${notes.url}/notes` : other };
      await expect(find()).rejects.toThrow("it says that it is the resource");
    },
  );

  it.each([
    ["https://127.0.0.1:8443/mcp", "127.0.0.1 has"],
    ["https://[::1]:8443/mcp", "::1 has"],
    ["https://0x7f.1:8443/mcp", "127.0.0.1 has"],
    ["https://2130706433:8443/mcp", "127.0.0.1 has"],
    ["https://[::ffff:127.0.0.1]:8443/mcp", "::ffff:7f00:1 has"],
    ["https://127.0.0.1.:8443/mcp", "127.0.0.1 has"],
    ["https://169.254.169.254/mcp", "169.254.169.254 has"],
    ["https://localhost:8443/mcp", "localhost has"],
  ])("DI-03 the address %s is not connected to", async (url, words) => {
    const finding = discoverMcpServer(url, { redirectUri, clientName: "Agent" });
    await expect(finding).rejects.toMatchObject({
      code: "discovery_failed",
      message: expect.stringContaining(`${words} an address that is not on the public internet`),
    });
  });

  it.each([
    ["its metadata", `Bearer resource_metadata="http://10.0.0.1/x"`, {}, "no https address"],
    ["its issuer", undefined, { authorization_servers: ["http://auth.example"] }, "must use https"],
    ["its issuer", undefined, { authorization_servers: ["file:///etc"] }, "must use https"],
  ])("DI-03 a server cannot name an address without https as %s", async (...row) => {
    const [_what, header, change, words] = row;
    challenge = header;
    resource = { ...resource, ...change };
    await expect(find()).rejects.toThrow(words);
  });

  it.each([
    ["token_endpoint", "https://169.254.169.254/latest"],
    ["token_endpoint", "https://0xa9.0xfe.0xa9.0xfe/latest"],
    ["revocation_endpoint", "https://[::ffff:10.0.0.1]/"],
    ["jwks_uri", "https://localhost/"],
    ["userinfo_endpoint", "https://intranet.localhost./"],
  ])("DI-03 its %s cannot be %s", async (field, address) => {
    const origin = "https://mcp.example";
    const documents: Record<string, object> = {
      "/.well-known/oauth-protected-resource": {
        resource: origin,
        authorization_servers: [origin],
      },
      "/.well-known/oauth-authorization-server": {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        code_challenge_methods_supported: ["S256"],
        [field]: address,
      },
    };
    const finding = discoverMcpServer(origin, {
      redirectUri,
      clientName: "Agent",
      registrations: [{ issuer: origin, clientId: "by-hand" }],
      cache: new MetadataCache(),
      fetch: async (url) => {
        const found = documents[new URL(String(url)).pathname];
        return found === undefined ? new Response(null, { status: 401 }) : Response.json(found);
      },
    });
    await expect(finding).rejects.toThrow("which is not on the public internet");
  });

  it("DI-03 no redirect is followed", async () => {
    const redirecting: typeof fetch = async (url, init) => {
      expect(init?.redirect).toBe("manual");
      if (!String(url).includes("oauth-authorization-server")) return recordingFetch(url, init);
      const headers = { location: `${notes.url}/.well-known/elsewhere` };
      return new Response(null, { status: 307, headers });
    };
    await expect(find({ fetch: redirecting })).resolves.toBeDefined();
    expect(requests).not.toContain("GET /.well-known/elsewhere");
  });
});

describe("a server that turns to another issuer", () => {
  it("DI-06 is another provider, with a registration of its own", async () => {
    const config = await find();
    const before = requests.length;
    const other = await startAuthorizationServer({ registersClients: true });
    try {
      resource = { ...resource, authorization_servers: [other.issuer] };
      const sent: string[] = [];
      const moved = await find({
        fetch: async (url, init) => {
          sent.push(`${String(url)} ${inspect(init, { depth: 9 })}`);
          return recordingFetch(url, init);
        },
      });
      expect(requests.length).toBeGreaterThan(before);
      expect(moved.issuer).toBe(other.issuer);
      // Tokens are found by the provider's name, so none of the old issuer's are found for the new one.
      expect(moved.provider).not.toBe(config.provider);
      expect(moved.clientId).not.toBe(config.clientId);
      expect(sent.join("\n")).not.toContain(config.clientSecret?.secret());
      expect(sent.join("\n")).not.toContain(config.clientId);
    } finally {
      await other.stop();
    }
  });

  it("DI-06 is not told of a registration that was made by hand elsewhere", async () => {
    const config = await find({
      registrations: [
        { issuer: "https://login.example.com", clientId: "by-hand", clientSecret: "canary" },
        { issuer: `${authorizationServer.issuer}.evil.example`, clientId: "other" },
      ],
    });
    expect(config.clientId).not.toBe("by-hand");
    expect(config.clientSecret?.secret()).not.toBe("canary");
  });
});
