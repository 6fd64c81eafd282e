import { describe, expect, it } from "vitest";
import { type DiscoverOptions, discover, MetadataCache } from "../src/index.js";

const issuer = "https://login.example.com";
const registration = { provider: "example", clientId: "client-1" };
const hour = 3_600_000;

interface World {
  readonly requests: Request[];
  now: number;
  headers: Record<string, string>;
  status: number;
  discover(options?: Partial<DiscoverOptions>, at?: string): ReturnType<typeof discover>;
}

/** A server with one `ETag`, and a clock that stands still until it is set. */
function createWorld(maximumBytes?: number): World {
  const cache = new MetadataCache({
    clock: { now: () => world.now },
    maximumAgeMs: 24 * hour,
    maximumBytes,
  });
  const send: typeof fetch = async (url, init) => {
    const request = new Request(url, init);
    world.requests.push(request);
    const { headers, status } = world;
    if (status !== 200) return new Response(null, { status, headers });
    const etag = headers["etag"];
    if (etag !== undefined && request.headers.get("if-none-match") === etag) {
      return new Response(null, { status: 304, headers });
    }
    const at = request.url.replace("/.well-known/openid-configuration", "");
    const endpoints = { authorization_endpoint: `${at}/authorize`, token_endpoint: `${at}/token` };
    return Response.json({ issuer: at, ...endpoints }, { headers });
  };
  const world: World = {
    requests: [],
    now: 0,
    headers: {},
    status: 200,
    discover: (options = {}, at = issuer) =>
      discover(at, { ...registration, cache, fetch: send, ...options }),
  };
  return world;
}

describe("metadata", () => {
  it("is asked for once by a thousand who ask at once, whatever their registrations", async () => {
    const world = createWorld();
    const configs = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => world.discover({ clientId: `client-${index}` })),
    );
    expect(world.requests).toHaveLength(1);
    expect(new Set(configs.map(({ clientId }) => clientId)).size).toBe(1000);
  });

  it("is kept apart for each issuer of a process", async () => {
    const world = createWorld();
    world.headers = { "cache-control": "max-age=3600" };
    const others = Array.from({ length: 20 }, (_, index) => `https://${index}.example.com`);
    for (const at of [...others, ...others]) {
      expect((await world.discover({}, at)).tokenUrl).toBe(`${at}/token`);
    }
    expect(world.requests).toHaveLength(20);
  });

  it.each([
    ["max-age=3600", {}, hour],
    ["public, max-age=3600, must-revalidate", {}, hour],
    ['max-age="3600"', {}, hour],
    ["max-age=3600", { age: "600" }, hour - 600_000],
    ["max-age=9999999999", {}, 24 * hour],
    ["s-maxage=3600", {}, 0],
    ["no-store, max-age=3600", {}, 0],
    ["no-cache, max-age=3600", {}, 0],
    ["max-age=-1", {}, 0],
    ["max-age=1e9", { age: "1" }, 0],
  ])("with %s %j is used for as long as that says", async (directives, headers, freshMs) => {
    const world = createWorld();
    world.headers = { "cache-control": directives, ...headers };
    await world.discover();
    if (freshMs > 0) {
      world.now = freshMs - 1;
      await world.discover();
      expect(world.requests).toHaveLength(1);
    }
    world.now = freshMs;
    await world.discover();
    expect(world.requests).toHaveLength(2);
  });

  it("is asked for again with its ETag, and kept when it is the same", async () => {
    const world = createWorld();
    world.headers = { etag: '"one"', "cache-control": "max-age=60" };
    await world.discover();
    world.now = 60_000;
    const config = await world.discover();
    expect(config.tokenUrl).toBe(`${issuer}/token`);
    expect(world.requests[1]?.headers.get("if-none-match")).toBe('"one"');
    await world.discover();
    expect(world.requests).toHaveLength(2);
    world.headers = { etag: '"two"' };
    world.now = 120_000;
    await world.discover();
    await world.discover();
    expect(world.requests.map(({ headers }) => headers.get("if-none-match"))).toEqual([
      null,
      '"one"',
      '"one"',
      '"two"',
    ]);
  });

  it("is asked for again when the clock was put back", async () => {
    const world = createWorld();
    world.headers = { "cache-control": "max-age=60" };
    world.now = hour;
    await world.discover();
    world.now = 0;
    await world.discover();
    expect(world.requests).toHaveLength(2);
  });

  it("does not keep failures", async () => {
    const world = createWorld();
    world.status = 404;
    world.headers = { "cache-control": "max-age=3600", etag: '"one"' };
    await expect(world.discover()).rejects.toMatchObject({ code: "discovery_failed" });
    world.status = 200;
    expect((await world.discover()).issuer).toBe(issuer);
    expect(world.requests[1]?.headers.get("if-none-match")).toBeNull();
  });

  it("fetched in one way is not shown to those who fetch in another", async () => {
    const world = createWorld();
    world.headers = { "cache-control": "max-age=3600" };
    await world.discover();
    const refusing: typeof fetch = async () => new Response(null, { status: 404 });
    await expect(world.discover({ fetch: refusing })).rejects.toThrow("HTTP 404");
  });

  it("is bounded: what was not used for long goes first", async () => {
    const world = createWorld(300);
    world.headers = { "cache-control": "max-age=3600" };
    for (const at of ["https://a.example", "https://b.example", "https://c.example"]) {
      await world.discover({}, at);
    }
    await world.discover({}, "https://c.example");
    expect(world.requests).toHaveLength(3);
    await world.discover({}, "https://a.example");
    expect(world.requests).toHaveLength(4);
  });
});
