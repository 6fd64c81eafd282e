import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Contender } from "./contender.js";
import { isGood, type LockedRecord, onceInProcess, refreshedRecord } from "./locked-record.js";
import { rawRequest } from "./raw-request.js";

const lockMs = 5_000;
const pollMs = 10;
const release =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end";

/** The lock that Redis documents: SET NX PX, and a script that releases only one's own. */
export const redisLock: Contender = {
  name: "hand-written Redis lock",
  caches: true,
  remark: `SET NX PX and a Lua release, plain JSON, polled every ${pollMs} ms`,
  async open({ redisUrl = "", tokenUrl }) {
    const redis = new Redis(redisUrl);
    const read = async (userId: string): Promise<LockedRecord> =>
      JSON.parse((await redis.get(`grant:${userId}`)) ?? "");
    return {
      async store({ userId, ...record }) {
        await redis.set(`grant:${userId}`, JSON.stringify(record));
      },
      async connect({ userId }) {
        await read(userId);
        return onceInProcess(async () => {
          for (;;) {
            const seen = await read(userId);
            if (isGood(seen)) return seen;
            const owner = randomUUID();
            if (!(await redis.set(`lock:${userId}`, owner, "PX", lockMs, "NX"))) {
              await delay(pollMs);
              continue;
            }
            try {
              const latest = await read(userId);
              if (isGood(latest)) return latest;
              const record = refreshedRecord(await rawRequest(tokenUrl, latest.refreshToken));
              await redis.set(`grant:${userId}`, JSON.stringify(record));
              return record;
            } finally {
              await redis.eval(release, 1, `lock:${userId}`, owner);
            }
          }
        });
      },
      close: async () => redis.disconnect(),
    };
  },
};
