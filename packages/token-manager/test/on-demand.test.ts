import { HttpResponse } from "msw";
import { expect, it } from "vitest";
import { exampleConfig } from "./fixtures.js";
import { hour, rejection, useManagedWorld, values } from "./managed-world.js";

const world = useManagedWorld();

const config = exampleConfig({ flow: "client_credentials" });
const token = () =>
  HttpResponse.json({ access_token: "application", token_type: "Bearer", expires_in: 3600 });

it("asks once for any number of callers, and again when the token has expired", async () => {
  world.provider.answerNext(token);
  const manager = world.manage({ config });
  const ask = () => Promise.all(Array.from({ length: 100 }, () => manager.getToken()));
  expect(values(await ask())).toEqual(new Set(["application"]));
  await ask();
  expect(world.provider.requests).toHaveLength(1);
  world.clock.advance(hour + 1);
  world.provider.answerNext(token);
  await ask();
  expect(world.provider.requests).toHaveLength(2);
  expect(world.provider.requests[0]?.get("grant_type")).toBe("client_credentials");
});

it("EV-02 refuses scopes that are no list", async () => {
  const manager = world.manage({ config });
  const request = { scopes: "a b" as unknown as string[] };
  const asking = manager.getToken(request);
  expect(await rejection(asking)).toMatchObject({
    message: expect.stringContaining('getToken: scopes is "a b" and must be a list'),
  });
});

it("is the application's own token whoever asks", async () => {
  world.provider.answerNext(token);
  const manager = world.manage({ config });
  await Promise.all([manager.getToken({ userId: "alice" }), manager.forUser("bob").getToken()]);
  expect(world.provider.requests).toHaveLength(1);
});

it("asks for other scopes and other resources by other requests, and mixes up none", async () => {
  const manager = world.manage({ config });
  const wishes = [
    {},
    { scopes: ["a", "b"] },
    { scopes: ["b", "a"] },
    { scopes: ["a"] },
    { resource: "https://a.example/" },
    { scopes: ["a"], resource: "https://a.example/" },
  ];
  for (const index of [0, 1, 2, 3, 4]) {
    world.provider.answerNext(() =>
      HttpResponse.json({ access_token: `t${index}`, token_type: "Bearer", expires_in: 3600 }),
    );
  }
  const given = [];
  for (const wish of wishes) given.push((await manager.getToken(wish)).secret());
  expect(given).toEqual(["t0", "t1", "t1", "t2", "t3", "t4"]);
  expect(world.provider.requests.map((form) => [form.get("scope"), form.get("resource")])).toEqual([
    ["calendar.read", null],
    ["a b", null],
    ["a", null],
    ["calendar.read", "https://a.example/"],
    ["a", "https://a.example/"],
  ]);
});

it("leaves a provider that gave no token alone for a while, and then asks again", async () => {
  const manager = world.manage({ config });
  world.provider.answerNext(
    () => new HttpResponse(null, { status: 503, headers: { "retry-after": "20" } }),
  );
  const ask = () => Promise.all(Array.from({ length: 50 }, () => rejection(manager.getToken())));
  for (const error of [...(await ask()), ...(await ask())]) {
    expect(error).toMatchObject({ kind: "transient", retryAfterMs: expect.any(Number) });
  }
  expect(world.provider.requests).toHaveLength(1);
  world.clock.advance(20_000);
  world.provider.answerNext(token);
  expect((await manager.getToken()).secret()).toBe("application");
});

it("tells every caller why the provider is left alone", async () => {
  const manager = world.manage({ config });
  world.provider.answerNext(() => HttpResponse.json({ error: "invalid_client" }, { status: 401 }));
  for (let asked = 0; asked < 2; asked += 1) {
    expect(await rejection(manager.getToken())).toMatchObject({
      kind: "configuration",
      error: "invalid_client",
    });
  }
  expect(world.provider.requests).toHaveLength(1);
});

it("does not let an application that gives no assertion keep others from the provider", async () => {
  world.provider.answerNext(token);
  const manager = world.manage({
    config: exampleConfig({ flow: "jwt_bearer" }),
    assertion: ({ key }) => (key.userId === "alice" ? new Promise(() => {}) : Promise.resolve("a")),
    maximumConcurrentRequests: 1,
    requestTimeoutMs: 50,
  });
  const stuck = rejection(manager.getToken({ userId: "alice" }));
  expect((await manager.getToken({ userId: "bob" })).secret()).toBe("application");
  expect(await stuck).toMatchObject({
    kind: "transient",
    message: expect.stringContaining("assertion gave nothing within 50 ms"),
  });
});

it("EV-02 says what a flow needs and was not given", () => {
  expect(() => world.manage({ config: exampleConfig({ flow: "jwt_bearer" }) })).toThrow(
    'TokenManager for "example": assertion is missing and flow is "jwt_bearer".',
  );
  expect(() => world.manage({ config: exampleConfig({ flow: "token_exchange" }) })).toThrow(
    "subjectToken is missing",
  );
});

it("asks with a fresh assertion for each user, and for the service account itself", async () => {
  world.provider.answerNext(token);
  world.provider.answerNext(token);
  const manager = world.manage({
    config: exampleConfig({ flow: "jwt_bearer" }),
    assertion: async ({ key }) => `assertion-for-${key.userId ?? "itself"}`,
  });
  await manager.getToken({ userId: "alice" });
  await manager.getToken();
  await manager.getToken({ userId: "alice" });
  expect(world.provider.requests.map((form) => form.get("assertion"))).toEqual([
    "assertion-for-alice",
    "assertion-for-itself",
  ]);
});

it("exchanges the user's own token for one of the provider's", async () => {
  world.provider.answerNext(() =>
    HttpResponse.json({
      access_token: "exchanged",
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 60,
    }),
  );
  const manager = world.manage({
    config: exampleConfig({ flow: "token_exchange" }),
    subjectToken: async ({ key }) => ({
      token: `${key.userId}-token`,
      tokenType: "urn:ietf:params:oauth:token-type:access_token",
    }),
  });
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("exchanged");
  expect(world.provider.requests[0]?.get("subject_token")).toBe("alice-token");
  expect(await rejection(manager.getToken())).toMatchObject({ code: "missing_user_id" });
});
