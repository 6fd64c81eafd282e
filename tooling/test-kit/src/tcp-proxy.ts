import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { carry, type TcpDirection, TcpGate } from "./tcp-proxy-lane.js";

/** Options of {@link startTcpProxy}. */
export interface StartTcpProxyOptions {
  /** The server behind the proxy: its URL, as in `redis://127.0.0.1:6379` or `postgres://…`. */
  readonly target: string;
  /** Delay of everything, each way, in milliseconds. @defaultValue 0 */
  readonly latencyMs?: number | undefined;
}

/** A TCP proxy on 127.0.0.1 that can behave like a bad network. */
export interface TcpProxy {
  /** The URL of the target with the proxy's address: a client is given this one instead. */
  readonly url: string;
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /**
   * Resets every connection, what was held back with it, and each new one at once, until
   * {@link resume}. The port stays taken, so that no other server can get it meanwhile.
   */
  cut(): void;
  /**
   * Accepts connections and holds back what they carry, until {@link resume}. Held back in the
   * direction `server-to-client` alone, a server does what it is told and nobody hears of it.
   *
   * @param direction - both when left out
   * @returns `heldBack`, which resolves as soon as bytes, or the end of a connection, are held
   */
  stall(direction?: TcpDirection): { readonly heldBack: Promise<void> };
  /** Passes everything again, first what was held back. */
  resume(): void;
  /** Resets every connection and frees the port. */
  close(): Promise<void>;
}

const usualPorts: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "postgres:": 5432,
  "postgresql:": 5432,
  "redis:": 6379,
  "rediss:": 6379,
};

/**
 * Puts a TCP proxy on a free port of 127.0.0.1 in front of any server.
 *
 * @throws Error when the target names no port and its scheme has none
 */
export async function startTcpProxy(options: StartTcpProxyOptions): Promise<TcpProxy> {
  const target = new URL(options.target);
  const port = Number(target.port) || usualPorts[target.protocol];
  if (port === undefined) throw new Error("The target of a TCP proxy must be a URL with a port.");
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const latencyMs = options.latencyMs ?? 0;
  const gates = { "client-to-server": new TcpGate(), "server-to-client": new TcpGate() };
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    // The kernel may have accepted it before the cut; nothing is sent to the target.
    if (isCut) {
      client.on("error", () => {}).resetAndDestroy();
      return;
    }
    const upstream = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [socket, other] of [pair, [upstream, client] as const]) {
      socket.on("error", () => other.resetAndDestroy());
      socket.on("close", () => {
        if (other.closed) pairs.delete(pair);
      });
    }
    carry({ from: client, to: upstream, gate: gates["client-to-server"], latencyMs });
    carry({ from: upstream, to: client, gate: gates["server-to-client"], latencyMs });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The TCP proxy has no TCP address.");
  }
  target.hostname = "127.0.0.1";
  target.port = String(address.port);

  const openGates = () => {
    for (const gate of Object.values(gates)) gate.open();
  };
  const cut = () => {
    isCut = true;
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    // What waits at a gate ends too: it finds its connection gone.
    openGates();
  };
  return {
    url: options.target.endsWith("/") ? target.href : target.href.replace(/\/$/, ""),
    port: address.port,
    get connections() {
      return pairs.size;
    },
    cut,
    stall(direction) {
      const shut = Object.entries(gates).filter(([name]) => (direction ?? name) === name);
      return { heldBack: Promise.race(shut.map(([, gate]) => gate.shut())) };
    },
    resume() {
      isCut = false;
      openGates();
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
