import { inspect } from "node:util";
import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import {
  failureOf,
  formOf,
  granted,
  InstantTime,
  refused,
  useProviderServer,
} from "./provider-server.js";

const server = useProviderServer();
const canary = "canary-d3b1ce";
const given = {
  device_code: "d1",
  user_code: "WDJB-MJHT",
  verification_uri: "https://as.example/connect",
  expires_in: 1800,
};
const started =
  (body: object = {}) =>
  () =>
    HttpResponse.json({ ...given, ...body });

async function start(time = new InstantTime(0), overrides = {}, body = {}) {
  const endpoint = server.endpoint(overrides, time);
  server.answer(started(body));
  return { endpoint, time, device: await endpoint.startDeviceAuthorization() };
}

describe("starting on a device", () => {
  it("gives what the user is to be shown", async () => {
    const complete = "https://as.example/connect?user_code=WDJB-MJHT";
    const { device } = await start(undefined, undefined, {
      verification_uri_complete: complete,
      interval: 7,
    });
    expect(device).toMatchObject({
      userCode: "WDJB-MJHT",
      verificationUri: "https://as.example/connect",
      verificationUriComplete: complete,
      expiresAt: new Date(1_800_000),
      intervalSeconds: 7,
      scopes: ["calendar.read"],
    });
    expect(formOf(server.seen[0])).toEqual({ client_id: "agent", scope: "calendar.read" });
    expect(server.seen[0]?.headers.get("authorization")).toMatch(/^Basic /);
  });

  it("EV-01 does not show the device code", async () => {
    const { device } = await start(undefined, undefined, { device_code: canary });
    expect(inspect(device, { depth: 10 }) + JSON.stringify(device)).not.toContain(canary);
    expect(device.deviceCode.secret()).toBe(canary);
  });

  it("AC-18 names the resources, there and when polling", async () => {
    const resources = ["https://api.example/a", "https://api.example/b"];
    const { endpoint, device } = await start(undefined, { resources });
    server.answer(() => granted());
    await endpoint.finishDeviceAuthorization(device);
    expect(server.seen.map(({ form }) => form.getAll("resource"))).toEqual([resources, resources]);
  });

  it("polls every five seconds unless told otherwise, and knows Google's older name", async () => {
    const { verification_uri, ...old } = given;
    server.answer(() =>
      HttpResponse.json({ ...old, verification_url: verification_uri, expires_in: "1800" }),
    );
    const device = await server.endpoint().startDeviceAuthorization();
    expect(device.intervalSeconds).toBe(5);
    expect(device.verificationUri).toBe(verification_uri);
  });

  it.each([
    ["no device code", { device_code: "" }, "device_code"],
    ["no lifetime", { expires_in: null }, "expires_in"],
    ["a code that would steer a terminal", { user_code: "\u001b[2J" }, "user_code"],
    ["an address that is none", { verification_uri: "javascript:alert(1)" }, "verification_uri"],
    ["http", { verification_uri_complete: "http://as.example/" }, "verification_uri"],
  ])("refuses an answer with %s", async (_name, body, words) => {
    const error = await failureOf(start(undefined, undefined, { ...body, x: canary }));
    expect(error).toMatchObject({ code: "token_request_failed", kind: "transient" });
    expect(error.message).toContain(words);
    expect(error.message).toContain("device authorization endpoint of example");
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(canary);
  });

  it("TR-07 tells an unreachable endpoint by its own address", async () => {
    server.answer(() => HttpResponse.error());
    const deviceAuthorizationUrl = "https://as.example/device";
    const error = await failureOf(
      server.endpoint({ deviceAuthorizationUrl }).startDeviceAuthorization(),
    );
    expect(error).toMatchObject({ kind: "transient" });
    expect(error.message).toContain("could not be reached at https://as.example");
  });

  it("EV-02 says which field is missing", async () => {
    const endpoint = server.endpoint({ deviceAuthorizationUrl: undefined });
    const error = await failureOf(endpoint.startDeviceAuthorization());
    expect(error.message).toContain("deviceAuthorizationUrl is missing");
  });
});

describe("waiting for the user", () => {
  it("waits no longer than the code lives, whatever the server's pace", async () => {
    const { endpoint, time, device } = await start(undefined, undefined, { interval: 3_000_000 });
    expect(await failureOf(endpoint.finishDeviceAuthorization(device))).toMatchObject({
      failure: "expired",
    });
    expect(time.waitsMs).toEqual([1_800_000]);
  });

  it("asks at the server's pace until the user has decided", async () => {
    const { endpoint, time, device } = await start();
    server.answer(
      () => refused("authorization_pending"),
      () => refused("slow_down"),
      () => refused("authorization_pending"),
      () => granted({ refresh_token: "refresh-alice" }),
    );
    const tokens = await endpoint.finishDeviceAuthorization(device);
    expect(tokens.refreshToken?.secret()).toBe("refresh-alice");
    expect(tokens.accessToken.scopes).toEqual(["calendar.read"]);
    expect(time.waitsMs).toEqual([5_000, 5_000, 10_000, 10_000]);
    expect(formOf(server.seen[1])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "d1",
    });
  });

  it("TR-03 waits on where the server says with status 200 that the user has not decided", async () => {
    const { endpoint, device } = await start();
    server.answer(
      () => HttpResponse.json({ error: "authorization_pending" }),
      () => granted(),
    );
    expect((await endpoint.finishDeviceAuthorization(device)).accessToken.secret()).toBe("a2");
  });

  it("asks less and less often while the server is away, and as before once it is back", async () => {
    const { endpoint, time, device } = await start();
    server.answer(
      () => HttpResponse.error(),
      () => new HttpResponse(null, { status: 502 }),
      () => refused("authorization_pending"),
      () => granted(),
    );
    await endpoint.finishDeviceAuthorization(device);
    expect(time.waitsMs).toEqual([5_000, 10_000, 20_000, 5_000]);
  });

  it("waits as long as the server asks for", async () => {
    const { endpoint, time, device } = await start();
    const headers = { "retry-after": "30" };
    server.answer(
      () => new HttpResponse(null, { status: 503, headers }),
      () => granted(),
    );
    await endpoint.finishDeviceAuthorization(device);
    expect(time.waitsMs).toEqual([5_000, 30_000]);
  });

  it.each([
    ["access_denied", "access_denied"],
    ["expired_token", "expired"],
  ])("AC-20 ends at once on %s", async (code, failure) => {
    const { endpoint, device } = await start();
    server.answer(() => refused(code));
    const error = await failureOf(endpoint.finishDeviceAuthorization(device));
    expect(error).toMatchObject({ code: "authorization_failed", failure });
    expect(server.seen).toHaveLength(2);
  });

  it("ends when the code has expired by the clock", async () => {
    const { endpoint, device } = await start(undefined, undefined, { expires_in: 12 });
    server.answer(() => refused("authorization_pending"));
    const error = await failureOf(endpoint.finishDeviceAuthorization(device));
    expect(error).toMatchObject({ code: "authorization_failed", failure: "expired" });
    expect(server.seen).toHaveLength(3);
  });

  it("ends on a refusal that waiting does not mend", async () => {
    const { endpoint, device } = await start();
    server.answer(() => refused("invalid_client", { status: 401 }));
    const error = await failureOf(endpoint.finishDeviceAuthorization(device));
    expect(error).toMatchObject({ kind: "configuration", error: "invalid_client" });
  });

  it("ends with the caller's signal", async () => {
    const { endpoint, device } = await start();
    const controller = new AbortController();
    const reason = new Error("the user closed the window");
    server.answer(() => {
      controller.abort(reason);
      return refused("authorization_pending");
    });
    const work = endpoint.finishDeviceAuthorization(device, { signal: controller.signal });
    await expect(work).rejects.toBe(reason);
  });
});
