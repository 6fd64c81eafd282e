import { gzipSync } from "node:zlib";
import { findFreePort } from "@rak-oauth/test-kit";
import { Agent } from "undici";
import { describe, expect, it } from "vitest";
import { apiKey, RestApiTool, type RestApiToolOptions } from "../src/index.js";
import { OpenApiToolset } from "../src/openapi/index.js";
import { useApi } from "./api.js";
import { documentOf } from "./sample-document.js";

const api = useApi();

function createTool(options: Partial<RestApiToolOptions> = {}): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${api.origin}/items`,
    allowInsecureLoopback: true,
    retries: 0,
    fetch: (...request) => fetch(...request),
    ...options,
  });
}

describe("a fetch of one's own", () => {
  it("sends the request, credential and body included, and gives the answer", async () => {
    api.answer(() => Response.json({ id: 1 }, { status: 201 }));
    const tool = createTool({
      method: "POST",
      parameters: { type: "object", properties: { title: { type: "string" } } },
      auth: apiKey({ in: "header", name: "x-key", value: "the-key" }),
    });
    expect(await tool.execute({ title: "Lunch" })).toEqual({
      status: "ok",
      httpStatus: 201,
      data: { id: 1 },
    });
    expect(api.seen).toMatchObject([{ method: "POST", body: '{"title":"Lunch"}' }]);
    expect(api.seen[0]?.headers.get("x-key")).toBe("the-key");
  });

  it("is all that a test has to replace", async () => {
    const seen: string[] = [];
    const tool = createTool({
      fetch: async (input) => {
        seen.push(String(input));
        return Response.json({ from: "the test" });
      },
    });
    expect(await tool.execute({})).toMatchObject({ data: { from: "the test" } });
    expect(seen).toEqual([`${api.origin}/items`]);
    expect(api.seen).toEqual([]);
  });

  it("has decompressed the answer already", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    api.answer(() => new Response(gzipSync('{"a":1}'), { headers }));
    expect(await createTool().execute({})).toMatchObject({ data: { a: 1 } });
  });

  it("RT-03 does not follow a redirect to elsewhere", async () => {
    api.answer(() => Response.redirect("https://evil.example/", 302));
    expect(await createTool().execute({})).toMatchObject({ error: "redirect_refused" });
  });

  it("is ended where an answer is longer than is read", async () => {
    let ended: unknown;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(Buffer.from("x".repeat(1_000))),
      cancel: () => {
        ended = true;
      },
    });
    const tool = createTool({
      fetch: async () => new Response(endless, { headers: { "content-type": "text/plain" } }),
      maximumResponseBytes: 5_000,
    });
    expect(await tool.execute({})).toMatchObject({ truncatedAfterBytes: 5_000 });
    await expect.poll(() => ended).toBe(true);
  });

  it("ends with the call's time, and with its caller", async () => {
    api.answer(() => new Promise(() => {}));
    expect(await createTool({ timeoutMs: 300 }).execute({})).toMatchObject({ error: "timeout" });
    const caller = new AbortController();
    const reason = new Error("enough");
    api.answer(() => {
      caller.abort(reason);
      return new Promise(() => {});
    });
    const call = createTool().execute({}, { signal: caller.signal });
    await expect(call).rejects.toBe(reason);
  });

  it("that fails is a failure of the network, with the word that its cause has for it", async () => {
    const tool = createTool({ url: `http://127.0.0.1:${await findFreePort()}/` });
    expect(await tool.execute({})).toMatchObject({
      error: "network_error",
      message: expect.stringContaining("(ECONNREFUSED)"),
    });
  });

  it("sends for all tools of a document", async () => {
    const { tools } = OpenApiToolset.fromDocument(documentOf({}), {
      fetch: async () => Response.json({ from: "the test" }),
    });
    expect(await tools[0]?.execute({})).toMatchObject({ data: { from: "the test" } });
  });

  it.each<[string, Partial<RestApiToolOptions>]>([
    ["dispatcher and fetch are both given", { dispatcher: new Agent() }],
    ["fetch and publicAddressesOnly are both given", { publicAddressesOnly: true }],
  ])("EV-02 %s", (message, options) => {
    expect(() => createTool(options)).toThrow(message);
  });
});
