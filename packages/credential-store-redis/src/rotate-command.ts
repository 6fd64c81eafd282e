#!/usr/bin/env node
import { runRotateCommand } from "@rak-oauth/core/rotate-command";
import { Redis } from "ioredis";
import { RedisCredentialStore } from "./redis-credential-store.js";

process.exitCode = await runRotateCommand({
  command: "rak-oauth-rotate-redis",
  addressVariable: "REDIS_URL",
  addressExample: "redis://user:password@host:6379",
  openStore: (address) => {
    const client = new Redis(address);
    // What fails is told by the command that fails; unheard, the event would be printed too.
    client.on("error", () => undefined);
    return {
      store: new RedisCredentialStore({ client }),
      close: async () => client.disconnect(),
    };
  },
});
