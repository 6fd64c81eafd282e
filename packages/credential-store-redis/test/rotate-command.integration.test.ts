import { spawn } from "node:child_process";
import { once } from "node:events";
import { AccessToken, CredentialService, generateKey, parseKeyring } from "@rak-oauth/core";
import { compileProgram, startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";
import { RedisCredentialStore } from "../src/index.js";

const oldKey = `old:${generateKey()}`;
const newKey = `new:${generateKey()}`;
const timeoutMs = 120_000;
const command = await compileProgram(new URL("../src/rotate-command.ts", import.meta.url));

/** Runs the command as people do. */
async function rotate(url: string) {
  const child = spawn(process.execPath, [command], {
    env: { ...process.env, REDIS_URL: url, RAK_OAUTH_KEYS: `${newKey},${oldKey}` },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, "close");
  return { code, said };
}

it(
  "ST-08 rak-oauth-rotate-redis puts all credentials under the current key",
  async () => {
    const server = await startRedis({ ignoreEnvironment: true });
    const client = new Redis(server.url);
    onTestFinished(async () => {
      client.disconnect();
      await server.stop();
    });
    const store = new RedisCredentialStore({ client });
    const before = new CredentialService({ store, keys: parseKeyring(oldKey) });
    const keys = Array.from({ length: 1_200 }, (_, index) => ({
      tenantId: `tenant-${index % 7}`,
      userId: `user-${index}`,
      provider: "example",
    }));
    await Promise.all(
      keys.map((key) =>
        before.storeCredentials(key, { accessToken: new AccessToken(`access-${key.userId}`) }),
      ),
    );
    expect(await store.countSealedByOtherKeys("new")).toBe(1_200);
    expect(await rotate(server.url)).toEqual({
      code: 0,
      said: expect.stringContaining('Re-sealed under key "new": 1,200.'),
    });
    expect(await store.countSealedByOtherKeys("new")).toBe(0);
    const after = new CredentialService({ store, keys: parseKeyring(newKey) });
    const found = await Promise.all(keys.map((key) => after.getCredentials(key)));
    expect(found.map((credentials) => credentials?.accessToken.secret())).toEqual(
      keys.map((key) => `access-${key.userId}`),
    );
    expect(await rotate(server.url)).toMatchObject({ code: 0 });
  },
  timeoutMs,
);

it(
  "EV-02 rak-oauth-rotate-redis says what is wrong with the server, without the address's password",
  async () => {
    const server = await startRedis({ ignoreEnvironment: true });
    onTestFinished(() => server.stop());
    const url = new URL(server.url);
    url.username = "nobody";
    url.password = "canary";
    const { code, said } = await rotate(url.href);
    expect(code).toBe(1);
    expect(said).toMatch(/WRONGPASS/);
    expect(said).not.toContain("canary");
  },
  timeoutMs,
);
