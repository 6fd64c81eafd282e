import { createHmac } from "node:crypto";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  type OAuth2Config,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import {
  type AuthorizationServer,
  findFreePort,
  type HttpServer,
  type SignInResult,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

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
    return Response.json({ calendarOf: verified.sub });
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
  vi.unstubAllEnvs();
  write.mockRestore();
});

it("core.md: a note that is sealed opens as this note of this user alone", async () => {
  const { sealNote, openNote } = await import("./examples/core/sealing.js");
  const credentials = createCredentials();
  const key = { userId: "alice", provider: "calendar" };
  const sealed = await sealNote(credentials, key, "a note");
  expect(await openNote(credentials, key, sealed)).toBe("a note");
  await expect(openNote(credentials, { ...key, userId: "bob" }, sealed)).rejects.toMatchObject({
    code: "sealing_failed",
  });
});

it("auth-code-flow.md and token-manager.md: signs in here, hands the tokens on, and calls as that user", async () => {
  const { signInHere } = await import("./examples/auth-code-flow/loopback.js");
  const { callAsAlice } = await import("./examples/token-manager/program.js");
  const config = await discoverNative();
  const credentials = createCredentials();
  const visits: Promise<unknown>[] = [];
  const who = await signInHere(config, credentials, (url) => {
    visits.push(signIn({ url, user: "alice" }));
  });
  await Promise.all(visits);
  expect(who).toContain("alice");

  const granted = await credentials.getCredentials({ userId: "me", provider: "calendar" });
  const old = {
    accessToken: granted?.accessToken.secret() ?? "",
    refreshToken: granted?.refreshToken?.secret() ?? "",
  };
  const result = await callAsAlice(config, createCredentials(), old, `${calendar.url}/events`);
  expect(result).toEqual({ calendarOf: "alice" });
  expect(server.tokenRequests.map(({ grantType }) => grantType)).toEqual([
    "authorization_code",
    "refresh_token",
  ]);
});

it("token-manager.md: the application gets a token of its own", async () => {
  const { tokenOfApplication } = await import("./examples/token-manager/grants.js");
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

it("auth-code-flow.md: the server connects the user whose session the browser has, and no other", async () => {
  const { createFlow, serve, connect } = await import("./examples/auth-code-flow/server.js");
  const origin = `http://127.0.0.1:${await findFreePort()}`;
  await server.registerClient({
    clientId: "web",
    clientSecret: "web-secret",
    redirectUris: [`${origin}/oauth2/callback`],
  });
  const config = await discover(server.issuer, {
    provider: "calendar",
    clientId: "web",
    clientSecret: "web-secret",
    redirectUri: `${origin}/oauth2/callback`,
    scopes: ["openid", "offline_access"],
    allowInsecureLoopback: true,
  });
  const secret = generateKey();
  const credentials = createCredentials();
  const flow = createFlow(origin, config, credentials, secret);
  const listening = serve(flow).listen(Number(new URL(origin).port), "127.0.0.1");
  const failures = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const visits: Promise<SignInResult>[] = [];
  const status = await connect(flow, "alice", (url) => {
    const visit = async (user: string) =>
      signIn({ url, user, cookies: await sessionOf(user, secret, origin) });
    // Bob comes first, and leaves the link to alice.
    visits.push(visit("bob").then(() => visit("alice")));
  });
  await Promise.all(visits);
  listening.close();
  expect(status).toBe("completed");
  expect(failures.mock.calls.join()).toContain("connect: AuthorizationError");
  failures.mockRestore();
  expect(await credentials.listConnections({ userId: "bob" })).toEqual([]);
  expect(await credentials.listConnections({ userId: "alice" })).toMatchObject([
    { status: "active", account: { subject: "alice" } },
  ]);
});

/** The cookies of a browser in which a user is signed in to the application. */
async function sessionOf(user: string, secret: string, origin: string): Promise<CookieJar> {
  const cookies = new CookieJar();
  const signature = createHmac("sha256", secret).update(user).digest("base64");
  await cookies.setCookie(`session=${encodeURIComponent(`${user}.${signature}`)}`, origin);
  return cookies;
}
