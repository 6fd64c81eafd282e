import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { toNodeHandler } from "../../src/to-node-handler.js";
import { openApiWorld } from "./api-world.js";

const wish = { provider: "calendar", userId: "alice" };

type Mount = (handler: (request: Request) => Promise<Response>) => RequestListener;

/** How an API gets behind a socket. */
const mounts: readonly (readonly [string, Mount])[] = [
  [
    "toNodeHandler",
    (handler) => {
      const mounted = toNodeHandler(handler);
      return (incoming, outgoing) => void mounted(incoming, outgoing);
    },
  ],
  [
    "the adapter of Hono",
    (handler) => {
      const mounted = getRequestListener(handler, { overrideGlobalObjects: false });
      return (incoming, outgoing) => void mounted(incoming, outgoing);
    },
  ],
];

describe.each(mounts)("by %s", (_name, mount) => {
  async function listen() {
    const world = await openApiWorld();
    const server = createServer(mount(world.api.handler)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(async () => {
      server.close().closeAllConnections();
      await once(server, "close");
    });
    return {
      ...world,
      send: (method: string, path: string, init: RequestInit = {}) =>
        fetch(`${origin}/api/v1${path}`, {
          method,
          ...init,
          headers: {
            authorization: `Bearer ${world.key}`,
            "content-type": "application/json",
            ...init.headers,
          },
        }),
    };
  }

  function inChunks(text: string): RequestInit {
    const body = new Blob([text]).stream();
    return { body, duplex: "half" };
  }

  it("takes a body of unknown length, up to the same limit", async () => {
    const { send } = await listen();
    const started = await send("POST", "/authorizations", inChunks(JSON.stringify(wish)));
    expect(started.status).toBe(201);
    const long = inChunks(JSON.stringify({ ...wish, userId: "x".repeat(65_536) }));
    expect((await send("POST", "/authorizations", long)).status).toBe(413);
  });

  it("takes a DELETE without a body", async () => {
    const { send } = await listen();
    expect((await send("DELETE", "/connections/unknown?userId=alice")).status).toBe(404);
  });

  it.each(["application/json", "text/event-stream"])(
    "stops waiting when a client that wanted %s hangs up",
    async (accept) => {
      const { send, time } = await listen();
      const started = await send("POST", "/authorizations", { body: JSON.stringify(wish) });
      const { id } = (await started.json()) as { readonly id: string };
      const client = new AbortController();
      const { signal } = client;
      const waiting = send("GET", `/authorizations/${id}?wait=60`, { headers: { accept }, signal });
      const ended = waiting.then((response) => response.text()).catch(() => "hung up");
      await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
      client.abort();
      await vi.waitFor(() => expect(time.delaysMs).toEqual([]));
      expect(await ended).toBe("hung up");
    },
  );
});
