import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationError } from "@rak-oauth/core";

/** The names of this machine that a browser on it knows, as they stand in a URL. */
export type LoopbackHost = keyof typeof addressesOf;

/** Browsers try both addresses of `localhost`, so nobody else may have the other one. */
const addressesOf = {
  "127.0.0.1": ["127.0.0.1"],
  "[::1]": ["::1"],
  localhost: ["127.0.0.1", "::1"],
} as const;

/** What {@link listenOnLoopback} needs. */
export interface ListenOnLoopbackOptions {
  /** The first that this machine has is taken. */
  readonly hosts: readonly LoopbackHost[];
  /** 0 for a free one. */
  readonly port: number;
  readonly listener: RequestListener;
}

/** An HTTP server that only this machine can reach. */
export interface LoopbackListener {
  /** Host and port as they stand in a URL. */
  readonly authority: string;
  /** Frees the port and ends every connection. */
  close(): Promise<void>;
}

/** How often another free port is tried, when the other address of `localhost` has it in use. */
const maximumAttempts = 10;

/** Tells whether a host name of a URL means this machine. */
export function isLoopbackHost(hostname: string): hostname is LoopbackHost {
  return Object.hasOwn(addressesOf, hostname);
}

/**
 * Listens on this machine's loopback interface.
 *
 * @throws ConfigurationError when the port is taken, or there is no such interface.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function listenOnLoopback(
  options: ListenOnLoopbackOptions,
): Promise<LoopbackListener> {
  const { hosts } = options;
  for (const host of hosts) {
    const servers = await listenOnHost(host, options);
    const [server] = servers;
    if (server === undefined) continue;
    return {
      // Without the port where it is that of http, as browsers send it.
      authority: new URL(`http://${host}:${portOf(server)}`).host,
      close: () => closeAll(servers),
    };
  }
  throw faulty(
    `this machine has no ${hosts.join(" or ")} to listen on. Switch its loopback interface on.`,
  );
}

/** A server on each address of a host that this machine has, all with one port. */
async function listenOnHost(
  host: LoopbackHost,
  { port, listener }: ListenOnLoopbackOptions,
): Promise<readonly Server[]> {
  for (let attempt = 1; ; attempt += 1) {
    const servers: Server[] = [];
    try {
      for (const address of addressesOf[host]) {
        const [first] = servers;
        const server = await listen(listener, address, first === undefined ? port : portOf(first));
        if (server !== undefined) servers.push(server);
      }
      return servers;
    } catch (error) {
      await closeAll(servers);
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && port === 0 && attempt < maximumAttempts) continue;
      throw faulty(
        code === "EADDRINUSE"
          ? `port ${port} of ${host} is taken by another program. End that one, or choose another port and register it at the provider.`
          : `port ${port} of ${host} cannot be listened on (${code}). Choose one above 1023.`,
      );
    }
  }
}

/** Nothing when this machine has no such address, as without IPv6. */
async function listen(
  listener: RequestListener,
  address: string,
  port: number,
): Promise<Server | undefined> {
  const server = createServer(listener);
  // In a worker of a cluster, another worker could else get our callback.
  server.listen({ host: address, port, exclusive: true });
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return undefined;
    throw error;
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, "close");
      server.close();
      // Browsers open connections ahead, and keep them.
      server.closeAllConnections();
      await closed;
    }),
  );
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`authorizeWithLoopback: ${problem}`);
}
