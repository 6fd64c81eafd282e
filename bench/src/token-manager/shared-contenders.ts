import type { Contender } from "./contender.js";
import { ourPostgres, ourRedis } from "./our-contenders.js";
import { postgresLock } from "./postgres-lock.js";
import { redisLock } from "./redis-lock.js";

/** Those that are made for several processes. */
const shared: readonly Contender[] = [ourRedis, ourPostgres, redisLock, postgresLock];

/** Finds a contender by the name a parent process knows it by. */
export async function contenderNamed(name: string): Promise<Contender> {
  // Other libraries take long to load, and most processes need none.
  const all = shared.some((one) => one.name === name)
    ? shared
    : (await import("./peers/all-peers.js")).peers;
  const contender = all.find((one) => one.name === name);
  if (contender === undefined) throw new Error(`There is no contender "${name}".`);
  return contender;
}
