import { StoreUnavailableError } from "@rak-oauth/core";
import { Redis, ReplyError } from "ioredis";
import { describe, expect, it } from "vitest";
import { toStoreError } from "../src/redis-errors.js";

const client = new Redis({ host: "redis.internal", port: 6379, lazyConnect: true });

describe("answers that no test server gives on demand", () => {
  it.each([
    "LOADING Redis is loading the dataset in memory",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "CLUSTERDOWN The cluster is down",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    "ERR max number of clients reached",
  ])("%s: the store is unavailable", (text) => {
    const error = toStoreError(new ReplyError(text), client);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain("redis.internal:6379");
  });

  it.each([
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
    "ERR unknown command 'EVALSHA'",
  ])("%s: somebody has to mend the set-up", (text) => {
    expect(toStoreError(new ReplyError(text), client).code).toBe("store_misconfigured");
  });

  it("tells the arguments of a refused command to nobody", () => {
    const refused = Object.assign(new ReplyError("ERR wrong number of arguments"), {
      command: { name: "auth", args: ["canary-password"] },
    });
    const error = toStoreError(refused, client);
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error) + error.stack).not.toContain("canary");
  });
});
