import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HttpServer, startHttpServer, startTcpProxy, type TcpProxy } from "../src/index.js";

let target: HttpServer;
let proxy: TcpProxy;
let served: string[];

beforeEach(async () => {
  served = [];
  target = await startHttpServer((request) => {
    served.push(new URL(request.url).pathname);
    return new Response("hello");
  });
  proxy = await startTcpProxy({ target: target.url });
});

afterEach(async () => {
  await proxy.close();
  await target.stop();
});

/** A connection of its own for each request, so that none is left over from another test. */
function get(path: string): Promise<string> {
  const request = fetch(`${proxy.url}${path}`, { headers: { connection: "close" } });
  const work = request.then((response) => response.text());
  // Whoever asks later still hears of it.
  work.catch(() => {});
  return work;
}

describe("a TCP proxy", () => {
  it("passes everything both ways", async () => {
    expect(await get("/plain")).toBe("hello");
    expect(served).toEqual(["/plain"]);
    expect(new URL(proxy.url).port).toBe(String(proxy.port));
  });

  it("names itself in the target's own URL", async () => {
    const database = await startTcpProxy({ target: "postgres://me:word@127.0.0.1:1/data?a=b" });
    expect(database.url).toBe(`postgres://me:word@127.0.0.1:${database.port}/data?a=b`);
    await database.close();
    const redis = await startTcpProxy({ target: "redis://localhost" });
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    await redis.close();
  });

  it("refuses a target without a port", async () => {
    await expect(startTcpProxy({ target: "tcp://127.0.0.1" })).rejects.toThrow("with a port");
  });

  it("cut, it resets connections, also new ones, until it resumes", async () => {
    const { heldBack } = proxy.stall("server-to-client");
    const caught = get("/caught");
    await heldBack;
    proxy.cut();
    await expect(caught).rejects.toThrow();
    await expect(get("/refused")).rejects.toThrow();
    proxy.resume();
    expect(await get("/again")).toBe("hello");
    expect(served).toEqual(["/caught", "/again"]);
  });

  it("stalled, it accepts and passes nothing before it resumes", async () => {
    const { heldBack } = proxy.stall();
    const held = get("/held");
    await heldBack;
    expect(proxy.connections).toBe(1);
    expect(served).toEqual([]);
    proxy.resume();
    expect(await held).toBe("hello");
  });

  it("stalled towards the client only, the server acts and its answer is lost with the cut", async () => {
    const { heldBack } = proxy.stall("server-to-client");
    const lost = get("/committed");
    await heldBack;
    expect(served).toEqual(["/committed"]);
    proxy.cut();
    await expect(lost).rejects.toThrow();
  });

  it("stalls again after it resumed", async () => {
    proxy.stall();
    proxy.resume();
    expect(await get("/first")).toBe("hello");
    const { heldBack } = proxy.stall("client-to-server");
    const second = get("/second");
    await heldBack;
    proxy.resume();
    expect(await second).toBe("hello");
  });

  it("resets a connection whose target is not there", async () => {
    const nowhere = await startTcpProxy({ target: "http://127.0.0.1:1" });
    await expect(fetch(nowhere.url)).rejects.toThrow();
    await nowhere.close();
  });

  it("frees its port and ends its connections when closed", async () => {
    const { heldBack } = proxy.stall();
    const held = get("/held");
    await heldBack;
    await proxy.close();
    await expect(held).rejects.toThrow();
    await expect(get("/closed")).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await proxy.close();
  });
});

describe("a stream through a TCP proxy", () => {
  let echo: Server;

  afterEach(() => {
    echo.close();
  });

  async function echoThrough(latencyMs: number): Promise<{ socket: Socket; proxy: TcpProxy }> {
    echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    echo.listen(0, "127.0.0.1");
    await once(echo, "listening");
    const address = echo.address();
    if (address === null || typeof address === "string") expect.unreachable("a TCP address");
    const through = await startTcpProxy({ target: `tcp://127.0.0.1:${address.port}`, latencyMs });
    const socket = connect({ host: "127.0.0.1", port: through.port, allowHalfOpen: true });
    return { socket, proxy: through };
  }

  it("arrives whole and in order, with one end closed early", async () => {
    const { socket, proxy: through } = await echoThrough(0);
    const bytes = Buffer.alloc(8 * 1024 * 1024, "0123456789");
    socket.end(bytes);
    expect((await buffer(socket)).equals(bytes)).toBe(true);
    await through.close();
  });

  it("arrives in order with a latency", async () => {
    const { socket, proxy: through } = await echoThrough(5);
    for (const word of ["one ", "two ", "three"]) socket.write(word);
    socket.end();
    expect(await text(socket)).toBe("one two three");
    await through.close();
  });
});
