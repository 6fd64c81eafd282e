import * as client from "openid-client";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type AuthorizationServer, signIn, startAuthorizationServer } from "../src/index.js";
import { discover, type Tokens } from "./relying-party.js";

const grantType = "urn:ietf:params:oauth:grant-type:device_code";

let server: AuthorizationServer;
let television: client.Configuration;
let device: client.DeviceAuthorizationResponse;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "television",
        name: "Television",
        authentication: "none",
        grantTypes: [grantType, "refresh_token"],
      },
    ],
    devicePollIntervalSeconds: 1,
  });
  television = await discover(server, "television");
});

afterAll(() => server.stop());

beforeEach(async () => {
  device = await client.initiateDeviceAuthorization(television, {
    scope: "openid offline_access calendar.read",
  });
});

function poll(): Promise<Tokens> {
  return client.genericGrantRequest(television, grantType, { device_code: device.device_code });
}

it("makes the device wait until a person has decided", async () => {
  expect(device).toMatchObject({ interval: 1, verification_uri: `${server.issuer}/device` });
  await expect(poll()).rejects.toMatchObject({ error: "authorization_pending" });
  await server.approveDevice(device.user_code, "alice");
  const tokens = await poll();
  expect(tokens.refresh_token).toBeTypeOf("string");
  expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
    sub: "alice",
    clientId: "television",
    scopes: expect.arrayContaining(["calendar.read"]),
  });
  await expect(poll()).rejects.toMatchObject({ error: "invalid_grant" });
});

it("gives tokens to openid-client, which waits as the server says", async () => {
  await server.approveDevice(device.user_code, "bob");
  const tokens = await client.pollDeviceAuthorizationGrant(television, device);
  expect(tokens.claims()?.sub).toBe("bob");
});

it("tells the device that the person says it is not theirs", async () => {
  await server.denyDevice(device.user_code);
  await expect(poll()).rejects.toMatchObject({ error: "access_denied" });
});

it("tells the device that the person signed in and denied", async () => {
  const end = await signIn({
    url: device.verification_uri,
    userCode: device.user_code.toLowerCase(),
    user: "alice",
    decision: "deny",
  });
  expect(end.body).toContain("The device is not connected");
  await expect(poll()).rejects.toMatchObject({ error: "access_denied" });
});

it("takes the code from the address that the device shows as a QR code", async () => {
  const url = String(device.verification_uri_complete);
  const end = await signIn({ url, user: "alice" });
  expect(end).toMatchObject({ status: 200, body: expect.stringContaining("is connected") });
  expect((await poll()).claims()?.sub).toBe("alice");
});

it("says that no device waits with a code, or no longer", async () => {
  await expect(server.approveDevice("BBBB-BBBB", "alice")).rejects.toThrow(
    "The device is not connected. The page says: No device waits with that code.",
  );
  await server.approveDevice(device.user_code, "alice");
  await expect(server.denyDevice(device.user_code)).rejects.toThrow("That code has been used.");
});

it("refuses a client that may not use the grant", async () => {
  await server.registerClient({ clientId: "service", authentication: "none" });
  const service = await discover(server, "service");
  await expect(client.initiateDeviceAuthorization(service, {})).rejects.toMatchObject({
    error: "invalid_request",
  });
});
