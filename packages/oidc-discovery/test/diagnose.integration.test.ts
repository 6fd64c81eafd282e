import { type AuthorizationServer, startAuthorizationServer } from "@rak-oauth/test-kit";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import { afterEach, beforeEach, expect, it } from "vitest";
import { diagnose, discover } from "../src/index.js";

let server: AuthorizationServer;
beforeEach(async () => {
  server = await startAuthorizationServer();
});
afterEach(() => server.stop());

async function checkClient(clientSecret: string | undefined) {
  const config = await discover(server.issuer, {
    provider: "example",
    clientId: "calendar-agent",
    clientSecret,
    redirectUri: "http://127.0.0.1/callback",
    allowInsecureLoopback: true,
  });
  const findings = await diagnose(config, { tokenEndpoint: new TokenEndpoint({ config }) });
  return findings.find(({ check }) => check === "client");
}

it("tells a client that a real provider knows from one with a wrong secret", async () => {
  const client = server.clients.find(({ clientId }) => clientId === "calendar-agent");
  expect(await checkClient(client?.clientSecret)).toMatchObject({ level: "ok" });
  const finding = await checkClient("wrong-secret");
  expect(finding).toMatchObject({
    level: "error",
    message: expect.stringContaining("Compare client id and secret"),
  });
  expect(finding?.message).not.toContain("wrong-secret");
});
