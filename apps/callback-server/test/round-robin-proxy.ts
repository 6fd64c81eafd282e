import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A load balancer, as simple as they come. */
export interface RoundRobinProxy {
  readonly url: string;
  /** Whom it passes requests on to, in turns; each an origin. */
  backends: readonly string[];
  /** Which backend got which path with its query, oldest first. */
  readonly passed: readonly { readonly backend: string; readonly url: string }[];
  stop(): Promise<void>;
}

/** Passes each request on to the next backend, and answers 502 where that hangs up. */
export async function startRoundRobinProxy(): Promise<RoundRobinProxy> {
  const passed: { readonly backend: string; readonly url: string }[] = [];
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const backend = proxy.backends[turn++ % proxy.backends.length];
    const url = incoming.url ?? "/";
    if (backend === undefined) return void outgoing.writeHead(503).end();
    passed.push({ backend, url });
    const { method, headers } = incoming;
    const asked = request(new URL(url, backend), { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(asked);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: RoundRobinProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    backends: [],
    passed,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}
