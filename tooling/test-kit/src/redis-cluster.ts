import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findExecutable } from "./find-executable.js";
import { findFreeClusterPort } from "./free-port.js";
import { type PrivateRedisServer, startPrivateRedisServer } from "./private-redis-server.js";
import { findRedisProgram } from "./redis-program.js";
import { runProgram } from "./run-program.js";

/** Where one node of a cluster listens. */
export interface RedisClusterNode {
  readonly host: string;
  readonly port: number;
}

/** A Redis Cluster for tests. */
export interface RedisCluster {
  readonly nodes: readonly RedisClusterNode[];
  /** Removes the processes and their folders. */
  stop(): Promise<void>;
}

const masters = 3;
const readyTimeoutMs = 60_000;

/**
 * Starts three masters on 127.0.0.1 that share the slots between them, and waits until every one
 * of them says that the cluster is whole.
 *
 * @throws Error with one line that says what to install where there is no Redis
 */
export async function startRedisCluster(): Promise<RedisCluster> {
  const started: PrivateRedisServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(({ server }) => server.stop()));
  };
  try {
    for (let node = 0; node < masters; node += 1) {
      started.push(
        await startPrivateRedisServer(
          { config: { "cluster-enabled": "yes", "cluster-node-timeout": "5000" } },
          findFreeClusterPort,
        ),
      );
    }
    const nodes = started.map(({ port }) => ({ host: "127.0.0.1", port }));
    const client = await findRedisClient();
    const addresses = nodes.map(({ host, port }) => `${host}:${port}`);
    await runProgram(client, ["--cluster", "create", ...addresses, "--cluster-yes"]);
    await Promise.all(nodes.map((node) => waitUntilWhole(client, node)));
    return { nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function findRedisClient(): Promise<string> {
  const { program } = await findRedisProgram();
  return (await findExecutable("redis-cli")) ?? join(dirname(program), "redis-cli");
}

async function waitUntilWhole(client: string, node: RedisClusterNode): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    const parameters = ["-h", node.host, "-p", String(node.port), "CLUSTER", "INFO"];
    const info = await runProgram(client, parameters);
    if (info.includes("cluster_state:ok") && info.includes(`cluster_size:${masters}`)) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`Redis Cluster is not whole after ${readyTimeoutMs} ms:\n${info}`);
    }
    await delay(50);
  }
}
