import { generateKeyPairSync } from "node:crypto";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import {
  type AuthorizationServer,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { AuthorizationCodeFlow } from "../src/index.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "ES256" }] };
const wish = { provider: "calendar", userId: "alice-of-our-app" };
let authorizationServer: AuthorizationServer;
let server: HttpServer;
let flow: AuthorizationCodeFlow;

beforeAll(async () => {
  authorizationServer = await startAuthorizationServer({
    requirePushedAuthorizationRequests: true,
  });
  server = await startHttpServer((request) => flow.handler(request));
  await authorizationServer.registerClient({
    clientId: "flow",
    redirectUris: [`${server.url}/oauth2/callback`],
    authentication: "private_key_jwt",
    jwks,
  });
});

afterAll(async () => {
  await server.stop();
  await authorizationServer.stop();
});

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(() => serve({ signAuthorizationRequests: false }));

function serve({ signAuthorizationRequests }: { readonly signAuthorizationRequests: boolean }) {
  const { issuer } = authorizationServer;
  const keys = parseKeyring(`test:${generateKey()}`);
  flow = new AuthorizationCodeFlow({
    configs: [
      defineOAuth2Config({
        provider: "calendar",
        clientId: "flow",
        clientPrivateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        clientKeyId: "1",
        issuer,
        authUrl: `${issuer}/auth`,
        pushedAuthorizationUrl: `${issuer}/request`,
        tokenUrl: `${issuer}/token`,
        redirectUri: `${server.url}/oauth2/callback`,
        scopes: ["openid", "offline_access", "calendar.read"],
        useDpop: true,
        signAuthorizationRequests,
        issParameterSupported: true,
        allowInsecureLoopback: true,
      }),
    ],
    credentials: new CredentialService({ store: new MemoryCredentialStore(), keys }),
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: `${server.url}/oauth2/connect`,
    dangerouslyAllowAnyUser: true,
  });
}

it.each([false, true])("AC-19 a real server takes what is pushed (signed: %s)", async (signed) => {
  serve({ signAuthorizationRequests: signed });
  const { id, url } = await flow.start(wish);
  const { status, redirects } = await signIn({ url, user: "alice" });
  expect(status).toBe(200);
  expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
  expect(authorizationServer.tokenRequests.at(-1)).toMatchObject({ dpop: true, error: undefined });
  const [first = ""] = redirects;
  expect([...new URL(first).searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
});

it("AC-19 a link that is opened again after its request expired at the server starts cleanly", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const { id, url } = await flow.start(wish);
  const opened = await fetch(url, { redirect: "manual" });
  const authorizationUrl = opened.headers.get("location") ?? "";
  vi.setSystemTime(Date.now() + 5 * 60_000);
  const late = await signIn({ url: authorizationUrl, user: "alice" });
  expect(late.status).toBe(400);
  expect(await flow.waitForAuthorization(id, { timeoutMs: 0 })).toEqual({ status: "pending" });
  expect((await signIn({ url, user: "alice" })).status).toBe(200);
  expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
});
