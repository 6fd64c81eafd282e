import type { Cluster, Redis } from "ioredis";
import type { RedisClient } from "./redis-client.js";
import { toStoreError } from "./redis-errors.js";

/** Something about a server that endangers credentials. */
export interface RedisServerWarning {
  readonly kind: "version" | "eviction" | "persistence";
  /** What it is and how to mend it, in one line. */
  readonly message: string;
}

const oldestVersion = [6, 2] as const;

/**
 * Looks whether Redis is set up to keep credentials: its version, whether it may evict keys, and
 * whether a crash loses writes. In a cluster, all masters are asked.
 *
 * @returns nothing to worry about when empty; whether to log the rest or to refuse to start is the
 * caller's decision
 * @throws StoreUnavailableError, or OAuth2Error with code `store_misconfigured`
 */
export async function checkRedisServer(
  client: RedisClient,
): Promise<readonly RedisServerWarning[]> {
  try {
    const answers = await Promise.all((await serversOf(client)).map((server) => server.info()));
    const warnings = answers.flatMap((info) => warningsOf(readInfo(info)));
    return warnings.filter(
      ({ message }, index) => warnings.findIndex((other) => other.message === message) === index,
    );
  } catch (error) {
    throw toStoreError(error, client);
  }
}

async function serversOf(client: RedisClient): Promise<readonly Redis[]> {
  if (!client.isCluster) return [client as Redis];
  const cluster = client as Cluster;
  // Nodes are known once the cluster has answered.
  if (cluster.nodes("master").length === 0) await cluster.ping();
  return cluster.nodes("master");
}

function readInfo(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split(/\r?\n/).map((line): [string, string] => {
      const [name = "", ...value] = line.split(":");
      return [name, value.join(":")];
    }),
  );
}

function warningsOf(info: ReadonlyMap<string, string>): readonly RedisServerWarning[] {
  const warnings: RedisServerWarning[] = [];
  const version = info.get("redis_version") ?? "";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    warnings.push({
      kind: "version",
      message: `Redis is version ${version}; credentials need ${oldestVersion.join(".")} or newer. Update it.`,
    });
  }
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  if (Number(info.get("maxmemory") ?? 0) > 0 && policy !== "noeviction") {
    const lost = policy.startsWith("volatile-") ? "started authorizations" : "credentials";
    warnings.push({
      kind: "eviction",
      message: `Redis may evict ${lost} when its memory is full (maxmemory-policy ${policy}). Set maxmemory-policy to noeviction.`,
    });
  }
  if (info.get("aof_enabled") === "0") {
    warnings.push({
      kind: "persistence",
      message:
        "Redis writes no append-only file: a crash loses every token refreshed since the last snapshot, and users must connect again. Set appendonly to yes, and appendfsync to always where no refresh may be lost.",
    });
  }
  return warnings;
}
