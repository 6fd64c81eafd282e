import { ConfigurationError } from "@rak-oauth/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allOf, apiKey, basic, bearer, oauth2, type ToolAuth } from "../src/index.js";
import { createWorld, issue, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

const alice = { userId: "alice" };
const header = apiKey({ in: "header", name: "X-Api-Key", value: "canary-key" });
const query = apiKey({ in: "query", name: "key", value: "canary query" });
const cookies = ["one", "two"].map((name) =>
  apiKey({ in: "cookie", name, value: `canary-${name}` }),
);

function ofUser(): ToolAuth {
  return oauth2({ tokens: world.tokens, authorization: world.flow });
}

describe("several credentials on one request", () => {
  it("each travels in its own place, and comes back from nowhere", async () => {
    world.api = (request) =>
      Response.json({ url: request.url, headers: Object.fromEntries(request.headers) });
    const auth = allOf(bearer({ token: "canary-token" }), header, query, ...cookies);
    const result = await world.createTool({ auth, allowInsecureLoopback: true }).execute({});
    const [call] = world.calls;
    expect(call?.headers.get("authorization")).toBe("Bearer canary-token");
    expect(call?.headers.get("x-api-key")).toBe("canary-key");
    expect(call?.headers.get("cookie")).toBe("one=canary-one; two=canary-two");
    expect(new URL(call?.url ?? "").search).toBe("?key=canary%20query");
    expect(JSON.stringify(result)).not.toContain("canary");
  });

  it("RT-03 all of them follow within the origin, none to another", async () => {
    const elsewhere = await createWorld();
    world.api = (request) =>
      request.url.includes("/moved")
        ? new Response(null, { status: 302, headers: { location: elsewhere.server.url } })
        : new Response(null, { status: 302, headers: { location: "/moved?a=b" } });
    const auth = allOf(header, query, ...cookies);
    const tool = world.createTool({ auth, allowInsecureLoopback: true });
    expect(await tool.execute({})).toMatchObject({ error: "redirect_refused" });
    expect(world.calls.map(({ headers }) => headers.get("cookie"))).toEqual([
      "one=canary-one; two=canary-two",
      "one=canary-one; two=canary-two",
    ]);
    expect(new URL(world.calls[1]?.url ?? "").search).toBe("?a=b&key=canary%20query");
    expect(elsewhere.calls).toEqual([]);
    await elsewhere.stop();
  });

  it("TM-13 the one that can be another is renewed once, the others stay", async () => {
    await world.connect(alice, "old");
    world.tokenEndpoint = () => issue("new");
    world.api = (request) =>
      new Response(null, {
        status: request.headers.get("authorization") === "Bearer new" ? 204 : 401,
      });
    const tool = world.createTool({ auth: allOf(header, ofUser()) });
    expect(await tool.execute({}, alice)).toMatchObject({ status: "ok" });
    expect(
      world.calls.map(({ headers }) => [headers.get("authorization"), headers.get("x-api-key")]),
    ).toEqual([
      ["Bearer old", "canary-key"],
      ["Bearer new", "canary-key"],
    ]);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("without one that can be another, a 401 is the answer", async () => {
    world.api = () => new Response(null, { status: 401 });
    const auth = allOf(header, basic({ username: "a", password: "canary" }));
    const tool = world.createTool({ auth, allowInsecureLoopback: true });
    expect(await tool.execute({})).toMatchObject({ error: "http_error", httpStatus: 401 });
    expect(world.calls).toHaveLength(1);
  });

  it("what the user has to do comes first, and nothing is sent", async () => {
    const tool = world.createTool({ auth: allOf(header, ofUser()) });
    expect(await tool.execute({}, alice)).toMatchObject({ pending: true, reason: "connect" });
    expect(world.calls).toEqual([]);
  });

  it("missing scopes are asked for", async () => {
    await world.connect(alice, "token");
    world.api = () =>
      new Response(null, {
        status: 403,
        headers: { "www-authenticate": 'Bearer error="insufficient_scope", scope="more"' },
      });
    const tool = world.createTool({ auth: allOf(header, ofUser()) });
    expect(await tool.execute({}, alice)).toMatchObject({
      pending: true,
      scopes: ["calendar.read", "more"],
    });
  });

  it("RT-08 all go only where each of them may", () => {
    const auth = allOf(header, ofUser());
    expect(() => world.createTool({ auth, url: "https://api.example.com/" })).toThrow(
      "may only go to",
    );
    const elsewhere = { ...header, origins: ["https://api.example.com"] };
    const nowhere = allOf(ofUser(), elsewhere);
    expect(() => world.createTool({ auth: nowhere })).toThrow("no origin at all");
  });

  it("RT-04 a parameter cannot take the place of any of them", () => {
    const auth = allOf(header, query, ...cookies);
    for (const [location, name] of [
      ["header", "x-api-key"],
      ["query", "Key"],
      ["cookie", "two"],
    ] as const) {
      const options = {
        auth,
        allowInsecureLoopback: true,
        parameters: { type: "object", properties: { [name]: {} } },
        parameterLocations: { [name]: location },
      } as const;
      expect(() => world.createTool(options)).toThrow("the credential has this name already");
    }
  });

  it("two in one place are refused", () => {
    expect(() => allOf(bearer({ token: "a" }), ofUser())).toThrow(ConfigurationError);
    expect(() => allOf(bearer({ token: "a" }), ofUser())).toThrow(
      'travel in the header as "Authorization"',
    );
  });
});
