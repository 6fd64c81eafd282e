import { createServer } from "node:http";
import { findFreePort, startHttpServer } from "@rak-oauth/test-kit";
import { describe, expect, it } from "vitest";
import { RestApiTool, type RestApiToolOptions } from "../src/index.js";

function createTool(url: string, options: Partial<RestApiToolOptions> = {}): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url,
    allowInsecureLoopback: true,
    retries: 0,
    ...options,
  });
}

const title = { type: "object", properties: { title: { type: "string" } } } as const;

describe("answers other than 2xx", () => {
  it.each<[RestApiToolOptions["method"], number, boolean]>([
    ["GET", 400, false],
    ["GET", 401, false],
    ["GET", 404, false],
    ["GET", 408, true],
    ["GET", 429, true],
    ["GET", 500, true],
    ["GET", 501, false],
    ["GET", 503, true],
    ["POST", 429, true],
    ["POST", 500, false],
    ["POST", 503, true],
    ["PATCH", 502, false],
    ["PUT", 504, true],
    ["DELETE", 502, true],
  ])("%s %i: whether a repetition is safe is %j", async (method, status, retryable) => {
    const server = await startHttpServer(() => Response.json({ why: "so" }, { status }));
    const result = await createTool(`${server.url}/a`, { method }).execute({});
    expect(result).toMatchObject({
      status: "error",
      error: "http_error",
      httpStatus: status,
      retryable,
      data: { why: "so" },
      message: expect.stringContaining(`${method} ${server.url}/a answered ${status}`),
    });
    await server.stop();
  });

  it("Retry-After is passed on in seconds, a date counted from the server's own clock", async () => {
    const values: [Record<string, string>, number | undefined][] = [
      [{ "retry-after": "7" }, 7],
      [
        {
          "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT",
          date: "Wed, 21 Oct 2015 07:28:00 GMT",
        },
        30,
      ],
      [{ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
      [{ "retry-after": "soon" }, undefined],
      [{}, undefined],
    ];
    for (const [headers, seconds] of values) {
      const server = await startHttpServer(() => new Response(null, { status: 429, headers }));
      const result = await createTool(server.url).execute({});
      expect("retryAfterSeconds" in result ? result.retryAfterSeconds : undefined).toBe(seconds);
      await server.stop();
    }
  });
});

describe("no answer", () => {
  it("an API that nobody listens for is a failure with the system's word for it", async () => {
    const url = `http://127.0.0.1:${await findFreePort()}/`;
    expect(await createTool(url).execute({})).toMatchObject({
      status: "error",
      error: "network_error",
      retryable: true,
      message: expect.stringContaining("ECONNREFUSED"),
    });
    const post = createTool(url, { method: "POST", parameters: title });
    expect(await post.execute({ title: "a" })).toMatchObject({
      retryable: false,
      message: expect.stringContaining("may have been carried out"),
    });
  });

  it("an answer that breaks off is a failure, never half an answer", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"half":', () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    expect(await createTool(`http://127.0.0.1:${port}/`).execute({})).toMatchObject({
      status: "error",
      error: "network_error",
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(["headers", "body"])("an API that never sends its %s times out", async (missing) => {
    const silent = new Promise<Response>(() => {});
    const server = await startHttpServer(() =>
      missing === "headers"
        ? silent
        : new Response(new ReadableStream({ pull: () => silent.then() })),
    );
    const result = await createTool(server.url, { timeoutMs: 50 }).execute({});
    expect(result).toMatchObject({
      status: "error",
      error: "timeout",
      retryable: true,
      message: expect.stringContaining("within 50 ms"),
    });
    await server.stop();
  });

  it("the limit of time holds for the request behind an answer that was not read to its end", async () => {
    const silent = new Promise<Response>(() => {});
    const endless = () =>
      new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1_000)) });
    const server = await startHttpServer(({ url }) =>
      url.endsWith("/next")
        ? silent
        : new Response(endless(), { status: 307, headers: { location: "/next" } }),
    );
    const options = { timeoutMs: 300, maximumResponseBytes: 10 };
    const result = await createTool(server.url, options).execute({});
    expect(result).toMatchObject({ status: "error", error: "timeout" });
    await server.stop();
  });
});

describe("a caller that gives up", () => {
  it("execute rejects with the signal's reason, and the request ends", async () => {
    const caller = new AbortController();
    const reason = new Error("the user left");
    let ended: Promise<void> | undefined;
    const server = await startHttpServer((request) => {
      ended = new Promise((resolve) => {
        request.signal.addEventListener("abort", () => resolve());
      });
      caller.abort(reason);
      return new Promise<Response>(() => {});
    });
    const call = createTool(server.url).execute({}, { signal: caller.signal });
    await expect(call).rejects.toBe(reason);
    await ended;
    await server.stop();
  });

  it("with a signal that was aborted before, nothing is sent", async () => {
    let requests = 0;
    const server = await startHttpServer(() => {
      requests += 1;
      return new Response();
    });
    const reason = new Error("too late");
    const call = createTool(server.url).execute({}, { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(requests).toBe(0);
    await server.stop();
  });
});
