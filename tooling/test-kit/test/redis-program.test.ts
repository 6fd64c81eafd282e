import { expect, it, vi } from "vitest";
import { startRedis } from "../src/index.js";

it("says in one line what to install where there is no Redis and none may be installed", async () => {
  vi.stubEnv("PATH", "/nowhere");
  vi.spyOn(process, "getuid").mockReturnValue(1000);
  await expect(startRedis({ ignoreEnvironment: true })).rejects.toThrow(
    /^Redis is not on this machine: install it .*apt-get install redis-tools.*REDIS_URL.*\.$/,
  );
});
