import { StoreUnavailableError } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { expect, it, vi } from "vitest";
import { authorizeDevice, type DeviceAuthorization } from "../src/index.js";
import { alice, createWorld } from "./fixtures.js";
import { failureOf, granted, InstantTime, refused, useProviderServer } from "./provider-server.js";

const server = useProviderServer();
const started = () =>
  HttpResponse.json({
    device_code: "d1",
    user_code: "WDJB-MJHT",
    verification_uri: "https://as.example/connect",
    expires_in: 1800,
  });

function createFlow() {
  const { credentials } = createWorld();
  const scheduler = new InstantTime();
  const shown: DeviceAuthorization[] = [];
  const options = {
    endpoint: server.endpoint({ flow: "device_authorization" }, scheduler),
    credentials,
    subject: { userId: "alice" },
    onUserCode: (device: DeviceAuthorization) => void shown.push(device),
    scopes: ["files.read"],
    scheduler,
  };
  return { credentials, shown, options };
}

it("shows the code and stores what the user allows", async () => {
  const { credentials, shown, options } = createFlow();
  server.answer(
    started,
    () => refused("authorization_pending"),
    () => granted({ refresh_token: "refresh-alice" }),
  );
  const tokens = await authorizeDevice(options);
  expect(shown.map(({ userCode }) => userCode)).toEqual(["WDJB-MJHT"]);
  expect(tokens.accessToken.scopes).toEqual(["files.read"]);
  const stored = await credentials.getCredentials(alice);
  expect(stored?.refreshToken?.secret()).toBe("refresh-alice");
});

it("stores nothing when the user denies", async () => {
  const { credentials, options } = createFlow();
  server.answer(started, () => refused("access_denied"));
  expect(await failureOf(authorizeDevice(options))).toMatchObject({ failure: "access_denied" });
  expect(await credentials.getCredentials(alice)).toBeUndefined();
});

it("TR-09 waits for a store that is away, for the code is spent", async () => {
  const { credentials, options } = createFlow();
  const store = credentials.storeCredentials.bind(credentials);
  vi.spyOn(credentials, "storeCredentials")
    .mockRejectedValueOnce(new StoreUnavailableError("away"))
    .mockImplementation(store);
  server.answer(started, () => granted());
  await authorizeDevice(options);
  expect((await credentials.getCredentials(alice))?.accessToken.secret()).toBe("a2");
});

it("RT-05 sends nothing when nobody would own the credential", async () => {
  const { options } = createFlow();
  const error = await failureOf(authorizeDevice({ ...options, subject: {} }));
  expect(error).toMatchObject({ code: "missing_user_id" });
  expect(server.seen).toEqual([]);
});
