import { inspect } from "node:util";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { DeviceAuthorizationFlow, type DeviceFlowFailure } from "../src/index.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import { createWorld, exampleConfig, type World, wish } from "./world.js";

const endpoints = serveTokenEndpoints();

let world: World;
let devices: URLSearchParams[];
let failures: DeviceFlowFailure[];

beforeEach(() => {
  world = createWorld();
  devices = [];
  failures = [];
  endpoints.use(
    http.post("https://as.example/device", async ({ request }) => {
      devices.push(new URLSearchParams(await request.text()));
      return HttpResponse.json({
        device_code: `canary-device-code-${devices.length}`,
        user_code: `CODE-${devices.length}`,
        verification_uri: "https://as.example/connect",
        verification_uri_complete: `https://as.example/connect?user_code=CODE-${devices.length}`,
        expires_in: 600,
        interval: 5,
      });
    }),
  );
});

/** A flow of one process; all of them share stores and time. */
function createFlow(): DeviceAuthorizationFlow {
  const { time, credentials, store } = world;
  const config = exampleConfig({
    flow: "device_authorization",
    deviceAuthorizationUrl: "https://as.example/device",
  });
  const flow = new DeviceAuthorizationFlow({
    endpoint: new TokenEndpoint({ config, clock: time, scheduler: time }),
    credentials,
    pendingAuthorizations: store,
    onFailure: (failure) => failures.push(failure),
    clock: time,
    scheduler: time,
  });
  onTestFinished(() => flow.close());
  return flow;
}

function refuse(error: string): void {
  endpoints.answerWith(() => HttpResponse.json({ error }, { status: 400 }));
}

/** Lets one interval pass, once somebody waits for it. */
async function poll(): Promise<void> {
  await vi.waitFor(() => expect(world.time.delaysMs).toContain(5_000), { interval: 1 });
  world.time.advance(5_000);
}

const key = { userId: "alice", provider: "example" };

describe("a device authorization", () => {
  it("gives address and code at once, and stores the credential when the user has allowed", async () => {
    const flow = createFlow();
    const started = await flow.start({ ...wish, scopes: ["calendar.write"] });
    expect(started).toEqual({
      id: expect.stringMatching(/^[\w-]{43}$/),
      url: "https://as.example/connect?user_code=CODE-1",
      userCode: "CODE-1",
      provider: "example",
      scopes: ["calendar.read", "calendar.write"],
      expiresAt: new Date(world.time.now() + 600_000),
    });
    expect(devices[0]?.get("scope")).toBe("calendar.read calendar.write");
    refuse("authorization_pending");
    await poll();
    await vi.waitFor(() => expect(endpoints.requests).toHaveLength(1), { interval: 1 });
    const outcome = createFlow().waitForAuthorization(started.id);
    endpoints.answerWith(() =>
      HttpResponse.json({ access_token: "a1", token_type: "Bearer", expires_in: 3600 }),
    );
    await poll();
    expect(await outcome).toEqual({ status: "completed" });
    expect((await world.credentials.getCredentials(key))?.accessToken.secret()).toBe("a1");
    expect(endpoints.requests[0]).toMatchObject({ device_code: "canary-device-code-1" });
    expect(failures).toEqual([]);
  });

  it.each([
    ["access_denied", { status: "denied", failure: "access_denied" }],
    ["expired_token", { status: "expired", failure: "expired" }],
    ["invalid_client", { status: "failed", failure: "provider_error" }],
  ])("AC-20 who waits is told of %s", async (error, outcome) => {
    const flow = createFlow();
    const { id } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    refuse(error);
    await poll();
    expect(await waiting).toEqual(outcome);
    expect(failures).toEqual([{ id, error: expect.any(Error) }]);
    expect(await world.credentials.getCredentials(key)).toBeUndefined();
    expect((await flow.start(wish)).id).not.toBe(id);
  });

  it("equal wishes share one, in one process or several, until half of its time is over", async () => {
    const [flow, other] = [createFlow(), createFlow()];
    refuse("authorization_pending");
    const [first, second] = await Promise.all([flow.start(wish), flow.start(wish)]);
    expect(second).toEqual(first);
    expect(await flow.start(wish)).toEqual(first);
    expect(devices).toHaveLength(1);
    expect(await other.start(wish)).toEqual(first);
    const others = [
      { ...wish, userId: "bob" },
      { ...wish, tenantId: "t" },
    ];
    for (const options of [...others, { ...wish, scopes: ["more"] }]) {
      expect((await flow.start(options)).id).not.toBe(first.id);
    }
    world.time.advance(300_001);
    const later = await flow.start(wish);
    expect(later.id).not.toBe(first.id);
    expect(later.userCode).not.toBe(first.userCode);
  });

  it("a process that closes tells those who wait, and asks no more", async () => {
    const flow = createFlow();
    refuse("authorization_pending");
    const { id } = await flow.start(wish);
    const waiting = createFlow().waitForAuthorization(id);
    await flow.close();
    expect(await waiting).toEqual({ status: "expired", failure: "expired" });
    await expect(flow.start(wish)).rejects.toMatchObject({ failure: "expired" });
    world.time.advance(60_000);
    expect(endpoints.requests).toEqual([]);
  });

  it("a provider that gives no code is an error, and the next start asks again", async () => {
    const flow = createFlow();
    endpoints.use(
      http.post("https://as.example/device", () => HttpResponse.json({}, { status: 503 }), {
        once: true,
      }),
    );
    await expect(flow.start(wish)).rejects.toMatchObject({ code: "token_request_failed" });
    expect((await flow.start(wish)).userCode).toBe("CODE-1");
  });

  it("what its log throws disturbs nobody", async () => {
    const { time, credentials, store } = world;
    const config = exampleConfig({ deviceAuthorizationUrl: "https://as.example/device" });
    const flow = new DeviceAuthorizationFlow({
      endpoint: new TokenEndpoint({ config, clock: time, scheduler: time }),
      credentials,
      pendingAuthorizations: store,
      onFailure: () => {
        throw new Error("the log is full");
      },
      clock: time,
      scheduler: time,
    });
    const { id } = await flow.start(wish);
    refuse("access_denied");
    await poll();
    expect(await flow.waitForAuthorization(id)).toMatchObject({ status: "denied" });
    await flow.close();
  });
});

describe("what cannot work", () => {
  it("RT-05 without a user nothing is asked for", async () => {
    const start = createFlow().start({ provider: "example", userId: undefined as never });
    await expect(start).rejects.toMatchObject({ code: "missing_user_id" });
    expect(devices).toEqual([]);
  });

  it("EV-02 another provider, or a configuration without the endpoint, is refused in words", async () => {
    await expect(createFlow().start({ provider: "other", userId: "alice" })).rejects.toThrow(
      /flow of its own/,
    );
    const { credentials, store } = world;
    const endpoint = new TokenEndpoint({ config: exampleConfig() });
    expect(
      () => new DeviceAuthorizationFlow({ endpoint, credentials, pendingAuthorizations: store }),
    ).toThrow(/deviceAuthorizationUrl is missing/);
  });

  it("EV-01 neither the flow nor what it stores or reports shows the device code", async () => {
    const flow = createFlow();
    const { id } = await flow.start(wish);
    const record = await world.store.read(id);
    refuse("access_denied");
    await poll();
    await flow.waitForAuthorization(id);
    const seen = inspect([flow, failures, record], { depth: 20, showHidden: true });
    expect(seen + Buffer.from(record?.sealed ?? []).toString("latin1")).not.toContain("canary");
  });
});
