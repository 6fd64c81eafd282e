import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";
import { rememberConnectionErrors } from "./connection-errors.js";
import { toStoreError } from "./redis-errors.js";

/** A client of ioredis: standalone, through Sentinel, or of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

/** An argument of a script; bytes pass unchanged. */
export type ScriptArgument = string | number | Buffer;

/** Runs one script on the keys of `shard` and gives its answer, texts as bytes. */
export type RunScript = (
  shard: string,
  ...scriptArguments: readonly ScriptArgument[]
) => Promise<unknown>;

/** How many replicas must have a write before it counts, and how long that may take. */
export interface Replication {
  readonly replicas: number;
  readonly timeoutMs: number;
}

type ScriptMethod<Result> = (...scriptArguments: readonly ScriptArgument[]) => Result;
type Pipeline = ReturnType<RedisClient["pipeline"]>;

/**
 * Gives a client the scripts as commands of its own, and functions that run them, each in one round
 * trip: the first call on a connection sends the text of a script, later ones its hash.
 */
export function defineScripts<Name extends string>(
  client: RedisClient,
  scripts: Readonly<Record<Name, string>>,
): Readonly<Record<Name, RunScript>> {
  rememberConnectionErrors(client);
  const entries = (Object.entries(scripts) as [Name, string][]).map(
    ([name, lua]): [Name, RunScript] => {
      const method = defineScript(client, name, lua);
      return [
        name,
        async (shard, ...scriptArguments) => {
          try {
            const run = (client as unknown as Record<string, ScriptMethod<Promise<unknown>>>)[
              method
            ];
            return await run?.call(client, shard, ...scriptArguments);
          } catch (error) {
            throw toStoreError(error, client);
          }
        },
      ];
    },
  );
  return Object.fromEntries(entries) as Record<Name, RunScript>;
}

/**
 * Like {@link defineScripts} for one script after which the client waits for replicas, in the same
 * round trip and on the same connection.
 *
 * The function gives the script's answer, and rejects with `StoreUnavailableError` when too few
 * replicas have the write in time.
 */
export function defineReplicatedScript(
  client: RedisClient,
  name: string,
  lua: string,
  replication: Replication,
): RunScript {
  const method = defineScript(client, name, lua);
  return async (shard, ...scriptArguments) => {
    const pipeline = client.pipeline();
    const run = (pipeline as unknown as Record<string, ScriptMethod<Pipeline>>)[method];
    run?.call(pipeline, shard, ...scriptArguments);
    pipeline.wait(replication.replicas, replication.timeoutMs);
    try {
      const results = (await pipeline.exec()) ?? [];
      for (const [error] of results) if (error) throw error;
      const acknowledged = Number(results[1]?.[1]);
      if (acknowledged < replication.replicas) {
        throw toStoreError(
          new Error(
            `NOREPLICAS the write is on ${acknowledged} replicas, not on ${replication.replicas}, after ${replication.timeoutMs} ms`,
          ),
          client,
        );
      }
      return results[0]?.[1];
    } catch (error) {
      throw toStoreError(error, client);
    }
  };
}

/** The hash keeps scripts of two versions of this package apart on one client. */
function defineScript(client: RedisClient, name: string, lua: string): string {
  const method = `rakOauth:${name}:${createHash("sha256").update(lua).digest("hex").slice(0, 16)}`;
  if (!(method in client)) client.defineCommand(method, { lua, numberOfKeys: 1 });
  return `${method}Buffer`;
}
