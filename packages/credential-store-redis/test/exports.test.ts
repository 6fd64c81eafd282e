import { expect, it } from "vitest";
import * as exported from "../src/index.js";

it("exports what is public, and nothing else", () => {
  expect(Object.keys(exported).sort()).toEqual([
    "RedisCredentialStore",
    "RedisPendingAuthorizationStore",
    "RedisSuspendedCallStore",
    "checkRedisServer",
  ]);
});
