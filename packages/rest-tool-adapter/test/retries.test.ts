import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findFreePort } from "@rak-oauth/test-kit";
import { describe, expect, it } from "vitest";
import { bearer, RestApiTool, type RestApiToolOptions, type ToolProgress } from "../src/index.js";
import { useApi } from "./api.js";

const api = useApi();

/** Waits that were asked for, in milliseconds; none is waited for. */
function countingScheduler() {
  const waits: number[] = [];
  const wait = async (delayMs: number) => {
    waits.push(delayMs);
  };
  return { waits, scheduler: { wait } };
}

function createTool(options: Partial<RestApiToolOptions> = {}): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${api.origin}/a`,
    allowInsecureLoopback: true,
    ...options,
  });
}

/** Answers in order, the last one for ever. */
function answerWith(...answers: (() => Response)[]): void {
  api.answer(() => answers[Math.min(api.seen.length, answers.length) - 1]?.() ?? Response.error());
}

const busy =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status, headers });
const done = () => Response.json({ done: true });

describe("an API that cannot answer just now", () => {
  it.each([429, 502, 503, 504])("%i is tried again, and succeeds", async (status) => {
    const { waits, scheduler } = countingScheduler();
    answerWith(busy(status), busy(status), done);
    expect(await createTool({ scheduler }).execute({})).toMatchObject({ status: "ok" });
    expect(api.seen).toHaveLength(3);
    const [first = 0, second = 0] = waits;
    expect(first).toBeGreaterThanOrEqual(125);
    expect(first).toBeLessThanOrEqual(250);
    expect(second).toBeGreaterThanOrEqual(250);
    expect(second).toBeLessThanOrEqual(500);
  });

  it("it is tried no more often than said, and the last answer counts", async () => {
    const { scheduler } = countingScheduler();
    answerWith(busy(503));
    for (const [retries, requests] of [
      [undefined, 3],
      [0, 1],
      [4, 5],
    ] as const) {
      api.seen.length = 0;
      expect(await createTool({ scheduler, retries }).execute({})).toMatchObject({
        httpStatus: 503,
        retryable: true,
      });
      expect(api.seen).toHaveLength(requests);
    }
  });

  it.each([400, 401, 404, 408, 500, 501])("%i is not tried again", async (status) => {
    const { scheduler } = countingScheduler();
    answerWith(busy(status));
    await createTool({ scheduler, auth: bearer({ token: "t" }) }).execute({});
    expect(api.seen).toHaveLength(1);
  });

  it("Retry-After is honoured, within the time of the call", async () => {
    const { waits, scheduler } = countingScheduler();
    answerWith(busy(429, { "retry-after": "7" }), done);
    expect(await createTool({ scheduler }).execute({})).toMatchObject({ status: "ok" });
    expect(waits).toEqual([7000]);
    api.seen.length = 0;
    answerWith(busy(429, { "retry-after": "31" }), done);
    expect(await createTool({ scheduler }).execute({})).toMatchObject({
      httpStatus: 429,
      retryAfterSeconds: 31,
    });
    expect(api.seen).toHaveLength(1);
  });

  it.each<[string, number, Record<string, string>, number]>([
    ["POST", 429, { "retry-after": "1" }, 2],
    ["PATCH", 503, { "retry-after": "1" }, 2],
    ["POST", 503, {}, 1],
    ["POST", 502, { "retry-after": "1" }, 1],
    ["POST", 504, { "retry-after": "1" }, 1],
    ["PUT", 503, {}, 2],
    ["DELETE", 503, {}, 2],
  ])("a %s that gets %i with %j is sent %i times", async (method, status, headers, requests) => {
    const { scheduler } = countingScheduler();
    answerWith(busy(status, headers), done);
    const options = {
      method: method as "POST",
      parameters: { type: "object", properties: { title: {} } },
      parameterLocations: { title: "body" },
      scheduler,
    } as const;
    await createTool(options).execute({ title: "Lunch" });
    expect(api.seen.map(({ body }) => body)).toEqual(Array(requests).fill('{"title":"Lunch"}'));
  });

  it("what the tool calls idempotent is repeated like it", async () => {
    const { scheduler } = countingScheduler();
    answerWith(busy(502), done);
    const post = createTool({ method: "POST", idempotent: true, scheduler });
    expect(await post.execute({})).toMatchObject({ status: "ok" });
    api.seen.length = 0;
    const get = createTool({ idempotent: false, scheduler });
    expect(await get.execute({})).toMatchObject({ httpStatus: 502, retryable: false });
  });
});

describe("a network that fails", () => {
  it("a connection that breaks is tried again where that is safe", async () => {
    let connections = 0;
    const server = createServer((_, response) => response.end("{}"));
    server.on("connection", (socket) => {
      connections += 1;
      if (connections % 2 === 1) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { waits, scheduler } = countingScheduler();
    expect(await createTool({ url, scheduler }).execute({})).toMatchObject({ status: "ok" });
    expect(waits).toHaveLength(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("nobody there: tried again for a GET, not for a POST", async () => {
    const url = `http://127.0.0.1:${await findFreePort()}/`;
    const { waits, scheduler } = countingScheduler();
    expect(await createTool({ url, scheduler }).execute({})).toMatchObject({
      error: "network_error",
    });
    expect(waits).toHaveLength(2);
    await createTool({ url, scheduler, method: "POST" }).execute({});
    expect(waits).toHaveLength(2);
  });

  it("a caller that gives up while it waits gets the signal's reason", async () => {
    const caller = new AbortController();
    const reason = new Error("enough");
    const wait = (_: number, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        caller.abort(reason);
      });
    answerWith(busy(503));
    const call = createTool({ scheduler: { wait } }).execute({}, { signal: caller.signal });
    await expect(call).rejects.toBe(reason);
    expect(api.seen).toHaveLength(1);
  });
});

describe("progress", () => {
  it("EV-01 each step is told, without arguments and credentials", async () => {
    const told: ToolProgress[] = [];
    const { scheduler } = countingScheduler();
    const auth = bearer({ token: "canary" });
    answerWith(busy(503), busy(302, { location: "/b?canary=1" }), done);
    const tool = createTool({
      url: `${api.origin}/{id}`,
      parameters: { type: "object", properties: { id: {} }, required: ["id"] },
      auth,
      scheduler,
    });
    await tool.execute({ id: "canary" }, { onProgress: (progress) => told.push(progress) });
    const sent = { kind: "sent", toolName: "tool", method: "GET", url: `${api.origin}/{id}` };
    expect(told).toEqual([
      sent,
      {
        kind: "retrying",
        toolName: "tool",
        attempts: 1,
        delayMs: expect.any(Number),
        reason: 503,
      },
      sent,
      { kind: "redirected", toolName: "tool", httpStatus: 302 },
    ]);
    expect(JSON.stringify(told)).not.toContain("canary");
  });

  it("a listener that throws does not disturb the call", async () => {
    const onProgress = () => {
      throw new Error("listener");
    };
    expect(await createTool().execute({}, { onProgress })).toMatchObject({ status: "ok" });
  });
});
