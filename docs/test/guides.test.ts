import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemorySuspendedCallStore,
  type OAuth2Config,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import {
  type AuthorizationServer,
  findFreePort,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { TokenManager } from "@rak-oauth/token-manager";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connect, createFlow, serve } from "./examples/auth-code-flow/server.js";
import { openNote, sealNote } from "./examples/core/sealing.js";
import { defineDaemon } from "./examples/oidc-discovery/certificate.js";
import { createCountEvents } from "./examples/own-functions/function.js";
import { probe } from "./examples/own-functions/raw.js";
import { finishCalls, keepCalls, takeCall } from "./examples/rest-tools/kept-calls.js";
import { createTools } from "./examples/rest-tools/openapi.js";
import { call, createListEvents } from "./examples/rest-tools/program.js";
import { signInHere } from "./examples/sign-in/loopback.js";
import { tokenOfApplication } from "./examples/token-manager/grants.js";
import { callAsAlice } from "./examples/token-manager/program.js";

let server: AuthorizationServer;
let calendar: HttpServer;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "native",
        authentication: "none",
        applicationType: "native",
        redirectUris: ["http://127.0.0.1/callback"],
      },
      { clientId: "reports", clientSecret: "reports-secret" },
    ],
  });
  calendar = await startHttpServer(async (request) => {
    const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const verified = await server.verifyAccessToken(token);
    if (verified === undefined) return new Response(null, { status: 401 });
    const { pathname, searchParams } = new URL(request.url);
    if (searchParams.get("days") === "7") return Response.json(["an event", "another"]);
    return Response.json({ calendarOf: verified.sub, path: pathname });
  });
});

afterAll(async () => {
  await calendar.stop();
  await server.stop();
});

function createCredentials(): CredentialService {
  const keys = parseKeyring(`test:${generateKey()}`);
  return new CredentialService({ store: new MemoryCredentialStore(), keys });
}

function discoverNative(): Promise<OAuth2Config> {
  return discover(server.issuer, {
    provider: "calendar",
    displayName: "Calendar",
    clientId: "native",
    scopes: ["openid", "offline_access", "calendar.read"],
    apiOrigins: [calendar.url],
    allowInsecureLoopback: true,
  });
}

it("core.md: what is kept for alice opens for her and shows itself to nobody", async () => {
  vi.stubEnv("RAK_OAUTH_KEYS", `test:${generateKey()}`);
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await import("./examples/core/program.js");
  expect(write.mock.calls.map(([text]) => text)).toEqual([
    "AccessToken(…redacted)\n",
    "an access token\n",
    "undefined\n",
  ]);
});

it("core.md: a note that is sealed opens as this note of this user alone", async () => {
  const credentials = createCredentials();
  const key = { userId: "alice", provider: "calendar" };
  const sealed = await sealNote(credentials, key, "a note");
  expect(await openNote(credentials, key, sealed)).toBe("a note");
  await expect(openNote(credentials, { ...key, userId: "bob" }, sealed)).rejects.toMatchObject({
    code: "sealing_failed",
  });
});

it("sign-in-from-a-command.md and token-manager.md: signs in here, hands the tokens on, and calls as that user", async () => {
  const config = await discoverNative();
  const credentials = createCredentials();
  const visits: Promise<unknown>[] = [];
  const who = await signInHere(config, credentials, (url) => {
    visits.push(signIn({ url, user: "alice" }));
  });
  await Promise.all(visits);
  expect(who).toContain("alice");

  const granted = await credentials.getCredentials({ userId: "me", provider: "calendar" });
  const refreshToken = granted?.refreshToken?.secret() ?? "";
  const result = await callAsAlice(
    config,
    createCredentials(),
    refreshToken,
    `${calendar.url}/events`,
  );
  expect(result).toMatchObject({ calendarOf: "alice" });
  expect(server.tokenRequests.map(({ grantType }) => grantType)).toEqual([
    "authorization_code",
    "refresh_token",
  ]);
});

it("token-manager.md: the application gets a token of its own", async () => {
  const config = await discover(server.issuer, {
    provider: "reports",
    clientId: "reports",
    clientSecret: "reports-secret",
    flow: "client_credentials",
    allowInsecureLoopback: true,
  });
  const token = await tokenOfApplication(config, createCredentials());
  expect(await server.verifyAccessToken(token)).toMatchObject({ clientId: "reports" });
});

it("oidc-discovery.md: an application of Entra's has a certificate in place of a secret", async () => {
  const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent");
  const folder = await mkdtemp(join(tmpdir(), "guide-"));
  await writeFile(join(folder, "agent.key"), privateKey, { mode: 0o600 });
  await writeFile(join(folder, "agent.cer"), certificate);
  expect(await defineDaemon("agent", folder)).toMatchObject({
    clientAuthentication: "private_key_jwt",
    clientCertificate: certificate,
    clientSecret: undefined,
  });
  await rm(folder, { recursive: true });
});

/** The server of auth-code-flow.md, and people who open links in browsers that are signed in to it. */
async function startWeb() {
  const origin = `http://127.0.0.1:${await findFreePort()}`;
  const clientId = `web-${new URL(origin).port}`;
  const redirectUri = `${origin}/oauth2/callback`;
  const registration = { clientId, clientSecret: "web-secret" };
  await server.registerClient({ ...registration, redirectUris: [redirectUri] });
  const config = await discover(server.issuer, {
    ...registration,
    provider: "calendar",
    displayName: "Calendar",
    redirectUri,
    scopes: ["openid", "offline_access"],
    apiOrigins: [calendar.url],
    allowInsecureLoopback: true,
  });
  const secret = generateKey();
  const credentials = createCredentials();
  const flow = createFlow(origin, config, credentials, secret);
  const listening = serve(flow).listen(Number(new URL(origin).port), "127.0.0.1");
  return {
    config,
    credentials,
    flow,
    visit: async (url: string, user: string, decision?: "allow" | "deny") =>
      signIn({ url, user, decision, cookies: await sessionOf(user, secret, origin) }),
    stop: () => listening.close(),
  };
}

it("auth-code-flow.md: the server connects the user whose session the browser has, and no other", async () => {
  const failures = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { credentials, flow, visit, stop } = await startWeb();
  const visits: Promise<unknown>[] = [];
  const status = await connect(flow, "alice", (url) => {
    // Bob comes first, and leaves the link to alice.
    visits.push(visit(url, "bob").then(() => visit(url, "alice")));
  });
  await Promise.all(visits);
  stop();
  expect(status).toBe("completed");
  expect(failures.mock.calls.join()).toContain("connect: AuthorizationError");
  expect(await credentials.listConnections({ userId: "bob" })).toEqual([]);
  expect(await credentials.listConnections({ userId: "alice" })).toMatchObject([
    { status: "active", account: { subject: "alice" } },
  ]);
});

it("rest-tools.md: a tool asks alice for consent, and then reads her calendar", async () => {
  const { config, credentials, flow, visit, stop } = await startWeb();
  const tool = createListEvents(calendar.url, config, credentials, flow);
  const visits: Promise<unknown>[] = [];
  const show = (url: string) => visits.push(visit(url, "alice"));
  expect(await call(tool, flow, { day: "tomorrow" }, "alice", show)).toContain("day");
  expect(visits).toHaveLength(0);
  const result = await call(tool, flow, { day: "2026-01-01" }, "alice", show);
  expect(result).toEqual({ calendarOf: "alice", path: "/events/2026-01-01" });
  expect(visits).toHaveLength(1);
  await Promise.all(visits);
  stop();
});

it("rest-tools.md: a call that is kept is made when its user is done, and told when they say no", async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { config, credentials, flow, visit, stop } = await startWeb();
  const tool = createListEvents(calendar.url, config, credentials, flow);
  const agentAuth = keepCalls(tool, new MemorySuspendedCallStore(), credentials, flow);
  for (const [user, decision, expected] of [
    ["alice", "allow", { status: "ok", data: { calendarOf: "alice" } }],
    ["bob", "deny", { status: "error", error: "authorization_denied" }],
  ] as const) {
    const pending = await takeCall(agentAuth, user, "call-1", { day: "2026-01-01" });
    const visited = visit(pending?.auth_url ?? "", user, decision);
    const answers: unknown[] = [];
    await finishCalls(agentAuth, pending?.auth_request_id ?? "", (...answer) => {
      answers.push(answer);
    });
    await visited;
    expect(answers).toMatchObject([["call-1", expected]]);
  }
  stop();
});

it("rest-tools.md and own-functions.md: operations, a function and a fetch act as the user", async () => {
  const { config, credentials, flow, visit, stop } = await startWeb();
  const visits: Promise<unknown>[] = [];
  await connect(flow, "alice", (url) => visits.push(visit(url, "alice")));
  await Promise.all(visits);
  const tokens = new TokenManager({ config, credentials });
  const document = {
    openapi: "3.1.0",
    info: { title: "Calendar", version: "1" },
    servers: [{ url: calendar.url }],
    components: {
      securitySchemes: {
        calendar: { type: "openIdConnect", openIdConnectUrl: "https://login.example.com" },
      },
    },
    security: [{ calendar: ["openid"] }],
    paths: {
      "/days": { get: { operationId: "list_days", summary: "Lists days.", responses: {} } },
      "/more": { delete: { operationId: "drop", summary: "Drops days.", responses: {} } },
    },
  };
  const [listDays, ...others] = createTools(document, tokens, flow);
  expect(others).toEqual([]);
  expect(await listDays?.execute({}, { userId: "alice" })).toMatchObject({
    data: { calendarOf: "alice", path: "/days" },
  });
  const countEvents = createCountEvents(calendar.url, tokens, flow);
  expect(await countEvents.execute({}, { userId: "alice" })).toMatchObject({
    data: { events: 2 },
  });
  expect(await probe(tokens.forUser("alice"), calendar.url, true)).toBe(200);
  expect(await probe(tokens.forUser("bob"), calendar.url, true)).toBeUndefined();
  stop();
});

/** The cookies of a browser in which a user is signed in to the application. */
async function sessionOf(user: string, secret: string, origin: string): Promise<CookieJar> {
  const cookies = new CookieJar();
  const signature = createHmac("sha256", secret).update(user).digest("base64");
  await cookies.setCookie(`session=${encodeURIComponent(`${user}.${signature}`)}`, origin);
  return cookies;
}
