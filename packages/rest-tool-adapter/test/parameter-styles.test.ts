import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  apiKey,
  type HttpMethod,
  type ParameterPlacement,
  RestApiTool,
  type RestApiToolOptions,
} from "../src/index.js";

let api: HttpServer;
const seen: { readonly url: string; readonly headers: Headers }[] = [];

beforeAll(async () => {
  api = await startHttpServer((request) => {
    seen.push({ url: request.url.slice(api.url.length), headers: request.headers });
    return Response.json({});
  });
});
afterEach(() => {
  seen.length = 0;
});
afterAll(() => api.stop());

interface Sent {
  readonly placement: ParameterPlacement;
  readonly value: unknown;
  readonly options?: Partial<RestApiToolOptions>;
}

/** Calls a tool with one parameter, `color`. */
function send({ placement, value, options }: Sent) {
  const tool = new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET" satisfies HttpMethod,
    url: placement.in === "path" ? `${api.url}/a/{color}/b` : `${api.url}/a`,
    parameters: { type: "object", properties: { color: {} }, required: ["color"] },
    parameterLocations: { color: placement },
    allowInsecureLoopback: true,
    ...options,
  });
  return tool.execute({ color: value });
}

const list = ["blue", "black", "brown"];
const map = { R: 100, G: 200, B: 150 };

describe("the styles of OpenAPI", () => {
  it.each<[ParameterPlacement, unknown, string]>([
    [{ in: "path" }, "blue", "/a/blue/b"],
    [{ in: "path" }, list, "/a/blue,black,brown/b"],
    [{ in: "path" }, map, "/a/R,100,G,200,B,150/b"],
    [{ in: "path", explode: true }, list, "/a/blue,black,brown/b"],
    [{ in: "path", explode: true }, map, "/a/R=100,G=200,B=150/b"],
    [{ in: "path", style: "label" }, "blue", "/a/.blue/b"],
    [{ in: "path", style: "label" }, list, "/a/.blue,black,brown/b"],
    [{ in: "path", style: "label", explode: true }, list, "/a/.blue.black.brown/b"],
    [{ in: "path", style: "label", explode: true }, map, "/a/.R=100.G=200.B=150/b"],
    [{ in: "path", style: "matrix" }, "blue", "/a/;color=blue/b"],
    [{ in: "path", style: "matrix" }, list, "/a/;color=blue,black,brown/b"],
    [{ in: "path", style: "matrix" }, map, "/a/;color=R,100,G,200,B,150/b"],
    [
      { in: "path", style: "matrix", explode: true },
      list,
      "/a/;color=blue;color=black;color=brown/b",
    ],
    [{ in: "path", style: "matrix", explode: true }, map, "/a/;R=100;G=200;B=150/b"],
    [{ in: "query" }, list, "/a?color=blue&color=black&color=brown"],
    [{ in: "query" }, map, "/a?R=100&G=200&B=150"],
    [{ in: "query", explode: false }, list, "/a?color=blue,black,brown"],
    [{ in: "query", explode: false }, map, "/a?color=R,100,G,200,B,150"],
    [{ in: "query", style: "spaceDelimited" }, list, "/a?color=blue%20black%20brown"],
    [{ in: "query", style: "spaceDelimited" }, map, "/a?color=R%20100%20G%20200%20B%20150"],
    [{ in: "query", style: "pipeDelimited" }, list, "/a?color=blue%7Cblack%7Cbrown"],
    [
      { in: "query", style: "pipeDelimited", explode: true },
      list,
      "/a?color=blue&color=black&color=brown",
    ],
    [
      { in: "query", style: "deepObject" },
      map,
      "/a?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
    ],
    [
      { in: "query", style: "deepObject" },
      { a: { b: [1, 2] }, c: [{ d: true }], e: null },
      "/a?color%5Ba%5D%5Bb%5D%5B%5D=1&color%5Ba%5D%5Bb%5D%5B%5D=2&color%5Bc%5D%5B0%5D%5Bd%5D=true",
    ],
    [
      { in: "query", contentType: "application/json" },
      map,
      "/a?color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D",
    ],
    [{ in: "query", contentType: "application/json" }, "x", "/a?color=%22x%22"],
    [{ in: "query", name: "colour[]" }, list.slice(1), "/a?colour%5B%5D=black&colour%5B%5D=brown"],
    [
      { in: "query" },
      "a/b?c=d&e:f@g!$'()*+,;[]#%26 é",
      "/a?color=a%2Fb%3Fc%3Dd%26e%3Af%40g%21%24%27%28%29%2A%2B%2C%3B%5B%5D%23%2526%20%C3%A9",
    ],
    [
      { in: "query", allowReserved: true },
      "a/b?c=d&e:f@g+;#%26",
      "/a?color=a/b?c=d%26e:f@g%2B%3B%23%2526",
    ],
    [{ in: "query" }, [], "/a"],
    [{ in: "query", explode: false }, [], "/a"],
    [{ in: "query" }, [null, "x"], "/a?color=x"],
  ])("%j writes %j as %s", async (placement, value, url) => {
    expect(await send({ placement, value })).toMatchObject({ status: "ok" });
    expect(seen[0]?.url).toBe(url);
  });

  it.each<[ParameterPlacement, unknown, Record<string, string>]>([
    [{ in: "header", name: "X-Color" }, list, { "x-color": "blue,black,brown" }],
    [{ in: "header", name: "X-Color" }, map, { "x-color": "R,100,G,200,B,150" }],
    [{ in: "header", name: "X-Color", explode: true }, map, { "x-color": "R=100,G=200,B=150" }],
    [
      { in: "header", contentType: "application/json" },
      map,
      { color: '{"R":100,"G":200,"B":150}' },
    ],
    [{ in: "cookie" }, "blue", { cookie: "color=blue" }],
    [{ in: "cookie" }, list, { cookie: "color=blue; color=black; color=brown" }],
    [{ in: "cookie" }, map, { cookie: "R=100; G=200; B=150" }],
    [{ in: "cookie", explode: false }, list, { cookie: "color=blue,black,brown" }],
    [{ in: "cookie" }, "a=b; c\r\nd,é%", { cookie: "color=a=b%3B%20c%0D%0Ad%2C%C3%A9%25" }],
  ])("%j writes %j as %j", async (placement, value, headers) => {
    expect(await send({ placement, value })).toMatchObject({ status: "ok" });
    expect(Object.fromEntries(seen[0]?.headers ?? [])).toMatchObject(headers);
  });

  it("an argument has another name on the wire", async () => {
    const tool = new RestApiTool({
      name: "tool",
      description: "Does something.",
      method: "GET",
      url: `${api.url}/users/{user-id}`,
      parameters: { type: "object", properties: { user_id: {}, page: {} }, required: ["user_id"] },
      parameterLocations: {
        user_id: { in: "path", name: "user-id" },
        page: { in: "query", name: "page[number]" },
      },
      allowInsecureLoopback: true,
    });
    await tool.execute({ user_id: "zoë", page: 2 });
    expect(seen[0]?.url).toBe("/users/zo%C3%AB?page%5Bnumber%5D=2");
  });

  it("an argument may be called like a placeholder that another one fills", async () => {
    const tool = new RestApiTool({
      name: "tool",
      description: "Does something.",
      method: "GET",
      url: `${api.url}/users/{id}`,
      parameters: { type: "object", properties: { id: {}, user: {} }, required: ["user"] },
      parameterLocations: { id: "query", user: { in: "path", name: "id" } },
      allowInsecureLoopback: true,
    });
    await tool.execute({ id: 1, user: 2 });
    expect(seen[0]?.url).toBe("/users/2?id=1");
  });
});

describe("RT-01 whatever the style, a path argument stays in its segment", () => {
  const bad = ["..", "../x", "a/b", "a%2fb", "%2e%2e", "\\", "a\nb", ""];
  it.each(["simple", "label", "matrix"] as const)("RT-01 in style %s", async (style) => {
    for (const explode of [false, true]) {
      for (const allowReserved of [false, true]) {
        const placement = { in: "path", style, explode, allowReserved } as const;
        for (const text of bad) {
          for (const value of [text, ["ok", text], { ok: text }, { [text]: "ok" }]) {
            expect(await send({ placement, value })).toMatchObject({ error: "invalid_arguments" });
          }
        }
        if (style !== "matrix") {
          expect(await send({ placement, value: [] })).toMatchObject({ status: "error" });
        }
      }
    }
    expect(seen).toEqual([]);
  });

  it("RT-01 a separator within a value is encoded", async () => {
    await send({ placement: { in: "path" }, value: ["a,b", "c;d?e#f"] });
    await send({ placement: { in: "path", style: "matrix", explode: true }, value: ["a;color=b"] });
    expect(seen.map(({ url }) => url)).toEqual([
      "/a/a%2Cb,c%3Bd%3Fe%23f/b",
      "/a/;color=a%3Bcolor%3Db/b",
    ]);
  });
});

describe("RT-04 names that the model chooses", () => {
  it.each([
    ["query", "key"],
    ["query", "KEY"],
    ["query", "key[]"],
    ["query", "fixed"],
    ["query", "other"],
    ["cookie", "session"],
  ] as const)("RT-04 in the %s, %j is nobody's to set", async (location, name) => {
    const auth = apiKey({
      in: location,
      name: location === "query" ? "key" : "session",
      value: "canary",
    });
    const tool = new RestApiTool({
      name: "tool",
      description: "Does something.",
      method: "GET",
      url: `${api.url}/a?fixed=1`,
      parameters: { type: "object", properties: { filter: {}, other: {} } },
      parameterLocations: { filter: location },
      auth,
      allowInsecureLoopback: true,
    });
    expect(await tool.execute({ filter: { [name]: "evil" } })).toMatchObject({
      error: "invalid_arguments",
      message: expect.stringContaining(JSON.stringify(name)),
    });
    expect(seen).toEqual([]);
    expect(await tool.execute({ filter: { fine: "1" } })).toMatchObject({ status: "ok" });
  });

  it("RT-04 a property that cannot name a cookie, or breaks a header, is refused", async () => {
    for (const name of ["a=b; session", "a\r\nb", ""]) {
      const cookie = { placement: { in: "cookie" }, value: { [name]: "x" } } as const;
      expect(await send(cookie)).toMatchObject({ error: "invalid_arguments" });
    }
    const header = { placement: { in: "header" }, value: { "a\r\nb": "x" } } as const;
    expect(await send(header)).toMatchObject({ error: "invalid_arguments" });
    expect(seen).toEqual([]);
  });

  it("RT-04 a parameter's cookie goes beside the credential's", async () => {
    const options = { auth: apiKey({ in: "cookie", name: "session", value: "s" }) };
    await send({ placement: { in: "cookie" }, value: "blue", options });
    expect(seen[0]?.headers.get("cookie")).toBe("color=blue; session=s");
  });
});
