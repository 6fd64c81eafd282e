import { createServer } from "node:net";

/**
 * Asks the kernel for a TCP port of 127.0.0.1 that nobody listens on. The port is free again when
 * this returns, so whoever starts a server on it must be ready to ask for another.
 */
export function findFreePort(): Promise<number> {
  return tryPort(0);
}

/**
 * Like {@link findFreePort}, for Redis Cluster: the port 10,000 above is free too and exists.
 */
export async function findFreeClusterPort(): Promise<number> {
  for (;;) {
    const port = await findFreePort();
    const busPort = port + 10_000;
    if (busPort > 65_535) {
      continue;
    }
    const free = await tryPort(busPort).then(
      () => true,
      () => false,
    );
    if (free) {
      return port;
    }
  }
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") {
          reject(new Error("The kernel gave no TCP port on 127.0.0.1."));
        } else {
          resolve(address.port);
        }
      });
    });
  });
}
