import { gzipSync } from "node:zlib";
import { ConfigurationError } from "@rak-oauth/core";
import { Agent, MockAgent } from "undici";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { bearer, type ToolAuth } from "../src/index.js";
import { OpenApiToolset, type OpenApiToolsetFromUrlOptions } from "../src/openapi/index.js";
import { useApi } from "./api.js";
import { documentOf, documentWith } from "./sample-document.js";

const api = useApi();
const onLoopback = { allowInsecureLoopback: true } as const;

function load(path: string, options: OpenApiToolsetFromUrlOptions = {}): Promise<OpenApiToolset> {
  return OpenApiToolset.fromUrl(api.origin + path, { ...onLoopback, ...options });
}

const things = documentWith({ "/things": { get: { operationId: "list" } } }, { servers: [] });

it("a JSON document becomes tools, whose servers are relative to it", async () => {
  api.answer(() => Response.json(things));
  const { tools } = await load("/docs/openapi.json");
  expect(api.seen[0]?.headers.get("accept")).toMatch(/json.*yaml/);
  await tools[0]?.execute({});
  expect(api.seen[1]?.url.href).toBe(`${api.origin}/things`);
});

it("a YAML document becomes tools, whatever it is said to be", async () => {
  api.answer(() => new Response(stringify(things)));
  expect((await load("/openapi.yaml")).get("list")).toBeDefined();
});

it("a compressed document is unpacked", async () => {
  api.answer(() => {
    const headers = { "content-encoding": "gzip" };
    return new Response(gzipSync(JSON.stringify(things)), { headers });
  });
  expect((await load("/openapi.json")).get("list")).toBeDefined();
});

it("DI-03 a redirect is followed within the origin, and not to elsewhere", async () => {
  api.answer(({ url }) =>
    url.endsWith("/old")
      ? new Response(null, { status: 302, headers: { location: "/new" } })
      : Response.json(things),
  );
  expect((await load("/old")).get("list")).toBeDefined();
  api.answer(() => Response.redirect("https://127.0.0.1/openapi.json", 302));
  await expect(load("/old")).rejects.toMatchObject({
    code: "discovery_failed",
    message: `OpenAPI document ${api.origin}/old: the server redirects to elsewhere; give the address it redirects to.`,
  });
});

it("a fetch of one's own gets the document and sends the tools' requests", async () => {
  const asked: string[] = [];
  const own: typeof fetch = async (input) => {
    asked.push(String(input));
    return Response.json(String(input).endsWith(".json") ? things : {});
  };
  const { tools } = await OpenApiToolset.fromUrl("https://api.example.com/openapi.json", {
    fetch: own,
    allowPrivateAddresses: true,
  });
  expect(await tools[0]?.execute({})).toMatchObject({ status: "ok" });
  expect(asked).toEqual(["https://api.example.com/openapi.json", "https://api.example.com/things"]);
});

it("a dispatcher of one's own gets the document and sends the tools' requests", async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get("https://api.example.com");
  pool.intercept({ path: "/openapi.json" }).reply(200, things);
  pool.intercept({ path: "/things" }).reply(200, {});
  const { tools } = await OpenApiToolset.fromUrl("https://api.example.com/openapi.json", {
    dispatcher: agent,
    allowPrivateAddresses: true,
  });
  expect(await tools[0]?.execute({})).toMatchObject({ status: "ok" });
  agent.assertNoPendingInterceptors();
  await agent.close();
});

it.each<[string, string | URL, OpenApiToolsetFromUrlOptions]>([
  ["fetch is given, and only our own", "https://api.example.com/", { fetch }],
  [
    "dispatcher is given, and only our own",
    "https://api.example.com/",
    { dispatcher: new Agent() },
  ],
  ["url cannot be parsed", "openapi.json", {}],
  ["url is at http://127.0.0.1 and must use https", "http://127.0.0.1/", {}],
  ["url is at http://api.example.com and must use https", "http://api.example.com/", onLoopback],
  ["url is at file://", new URL("file:///etc/passwd"), onLoopback],
  ["url holds a user name or password", "https://user:canary@api.example.com/", {}],
])("EV-02 %s", async (message, url, options) => {
  const loading = OpenApiToolset.fromUrl(url, options);
  await expect(loading).rejects.toThrow(ConfigurationError);
  await expect(loading).rejects.toThrow(message.replace("file://", ""));
  await expect(loading).rejects.not.toThrow("canary");
});

it.each(["https://127.0.0.1:1", "https://localhost:1", "https://[::ffff:127.0.0.1]:1"])(
  "DI-03 %s is not public and not asked",
  async (address) => {
    await expect(OpenApiToolset.fromUrl(address, onLoopback)).rejects.toMatchObject({
      code: "discovery_failed",
      message: `OpenAPI document ${new URL(address).origin}/: its address is not on the public internet; set allowPrivateAddresses: true if it is yours.`,
    });
    const allowed = OpenApiToolset.fromUrl(address, { allowPrivateAddresses: true });
    await expect(allowed).rejects.toThrow("the network failed");
  },
);

it("DI-03 tools of a document from outside call public addresses alone", async () => {
  const server = "https://localhost:1";
  api.answer(() => Response.json({ ...things, servers: [{ url: server }] }));
  const { tools } = await load("/openapi.json");
  expect(await tools[0]?.execute({})).toMatchObject({
    error: "network_error",
    message: expect.stringContaining("not on the public internet"),
  });
  api.answer(() => Response.json({ ...things, servers: [{ url: "http://api.example.com" }] }));
  await expect(load("/openapi.json")).rejects.toThrow("must be with https");
});

it("RT-08 a document from outside gets no credential and no header for where it likes", async () => {
  const components = { securitySchemes: { token: { type: "http", scheme: "bearer" } } };
  const evil = "https://evil.example";
  const document = documentOf(
    { security: [{ token: [] }] },
    { components, servers: [{ url: evil }] },
  );
  api.answer(() => Response.json(document));
  const auth = (origins?: readonly string[]): { readonly token: ToolAuth } => ({
    token: { ...bearer({ token: "t" }), origins },
  });
  const own = ["https://api.example.com"];
  await expect(load("/", { auth: auth() })).rejects.toThrow("may only go to no origin at all");
  await expect(load("/", { auth: auth(own) })).rejects.toThrow(`may only go to ${own[0]}`);
  await expect(load("/", { auth: auth(own), origins: [evil] })).rejects.toThrow(own[0]);
  await expect(load("/", { auth: auth(), origins: own })).rejects.toThrow(own[0]);
  expect((await load("/", { auth: auth(), origins: [evil] })).tools).toHaveLength(1);
  api.answer(() => Response.json(documentOf({}, { servers: [{ url: evil }] })));
  const headers = { "x-tenant": "canary" };
  await expect(load("/", { headers })).rejects.toThrow("may only go to no origin at all");
  await expect(load("/", { headers, origins: own })).rejects.toThrow(own[0]);
  expect((await load("/")).tools).toHaveLength(1);
});

it.each<[string, () => Response]>([
  ["the server answered 404", () => new Response(null, { status: 404 })],
  ["it is longer than 10000000 bytes", () => new Response(" ".repeat(10_000_001))],
  ["it is longer than 10000000 bytes", () => compressed(gzipSync(Buffer.alloc(20_000_000)))],
  ["it is neither JSON nor YAML (Flow", () => new Response("{ a: [")],
  ["it is neither JSON nor YAML (Excessive alias count", () => new Response(aliases())],
  ["the network failed", () => compressed(Buffer.from("no gzip"))],
])("DI-04 %s", async (message, respond) => {
  api.answer(respond);
  await expect(load("/openapi.json")).rejects.toMatchObject({
    code: "discovery_failed",
    message: expect.stringContaining(message),
  });
});

it("DI-04 the deadline covers the body, and the parsing", async () => {
  api.answer(
    () => new Response(new ReadableStream({ start: (it) => it.enqueue(Buffer.from("{")) })),
  );
  await expect(load("/openapi.json", { fetchTimeoutMs: 100 })).rejects.toThrow(
    "there was no complete answer within 100 ms",
  );
  api.answer(() => new Response("- ".repeat(4_000_000)));
  await expect(load("/openapi.json", { fetchTimeoutMs: 500 })).rejects.toThrow(
    "there was no complete answer within 500 ms",
  );
});

it("who gives up gets the reason back", async () => {
  const controller = new AbortController();
  api.answer(() => {
    controller.abort(new Error("enough"));
    return new Response(new ReadableStream());
  });
  await expect(load("/", { signal: controller.signal })).rejects.toThrow("enough");
});

function compressed(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, { headers: { "content-encoding": "gzip" } });
}

/** Each name stands for ten of the one before. */
function aliases(): string {
  const names = [..."abcdefghij"];
  return names
    .map((name, index) => {
      const before = names[index - 1];
      return `${name}: &${name} [${Array(10).fill(before === undefined ? "x" : `*${before}`)}]`;
    })
    .join("\n");
}
