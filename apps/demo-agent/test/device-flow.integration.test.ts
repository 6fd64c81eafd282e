import { DeviceAuthorizationFlow } from "@rak-oauth/auth-code-flow";
import { CredentialService, generateKey, parseKeyring } from "@rak-oauth/core";
import type { OpenStores } from "@rak-oauth/credential-store-prisma";
import { openEmbeddedStores } from "@rak-oauth/credential-store-prisma/embedded";
import { discover } from "@rak-oauth/oidc-discovery";
import { createAgentAuth, oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import {
  type AuthorizationServer,
  type HttpServer,
  startAuthorizationServer,
} from "@rak-oauth/test-kit";
import { TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startCalendarApi } from "../src/calendar-api.js";

let server: AuthorizationServer;
let api: HttpServer;
let stores: OpenStores;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "television",
        authentication: "none",
        grantTypes: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
      },
    ],
  });
  api = await startCalendarApi({ verifyAccessToken: server.verifyAccessToken });
  stores = await openEmbeddedStores();
});

afterAll(async () => {
  await stores.close();
  await api.stop();
  await server.stop();
});

/** An agent that no browser can come to; it asks for the tokens when the person has decided. */
async function startAgent(userId: string) {
  let decided = (): void => {};
  const decision = new Promise<void>((resolve) => {
    decided = resolve;
  });
  const config = await discover(server.issuer, {
    provider: "calendar",
    clientId: "television",
    clientAuthentication: "none",
    flow: "device_authorization",
    scopes: ["openid", "offline_access", "calendar.read"],
    apiOrigins: [api.url],
    allowInsecureLoopback: true,
  });
  const keys = parseKeyring(`test:${generateKey()}`);
  const credentials = new CredentialService({ store: stores.credentials, keys });
  const tokens = new TokenManager({ config, credentials });
  const authorization = new DeviceAuthorizationFlow({
    endpoint: new TokenEndpoint({ config, scheduler: { wait: () => decision } }),
    credentials,
    pendingAuthorizations: stores.pendingAuthorizations,
  });
  const listEvents = new RestApiTool({
    name: "list_events",
    description: "Lists the user's events.",
    method: "GET",
    url: `${api.url}/events`,
    auth: oauth2({ tokens, authorization }),
  });
  const resumption = { store: stores.suspendedCalls, credentials, authorization };
  const agent = createAgentAuth({ tools: [listEvents], resumption }).forUser(userId);
  onTestFinished(async () => {
    await authorization.close();
    await tokens.close();
  });
  const pending = await agent.tools()[0]?.execute({}, { callId: "c1" });
  if (!pending?.pending) return expect.unreachable("the user never connected");
  const { auth_url: url, user_code: userCode = "", auth_request_id: id } = pending;
  return { url, userCode, resume: () => agent.resume(id), decided };
}

it("a person types the code at the provider, and the call they were asked for is made", async () => {
  const { url, userCode, resume, decided } = await startAgent("alice-of-our-app");
  expect(new URL(url).origin).toBe(server.issuer);
  expect(userCode).not.toBe("");
  await server.approveDevice(userCode, "alice");
  decided();
  expect(await resume()).toMatchObject([
    { callId: "c1", toolName: "list_events", result: { status: "ok", data: { owner: "alice" } } },
  ]);
});

it("AC-20 a person says that the code is not theirs, and the model is told", async () => {
  const { userCode, resume, decided } = await startAgent("bob-of-our-app");
  await server.denyDevice(userCode);
  decided();
  expect(await resume()).toMatchObject([{ result: { error: "authorization_denied" } }]);
});
