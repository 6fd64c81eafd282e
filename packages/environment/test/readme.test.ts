import { generateKey } from "@rak-oauth/core";
import { assertReadmeExample } from "@rak-oauth/test-kit/readme-example";
import { expect, it } from "vitest";
import { readSettings } from "./readme-example.js";

it("shows an example in the README that compiles and runs", async () => {
  await assertReadmeExample(import.meta.url);
  const settings = await readSettings({
    RAK_OAUTH_KEYS: `first:${generateKey()}`,
    GOOGLE_CLIENT_ID: "agent",
    REDIS_URL: "redis://127.0.0.1:6379",
  });
  expect(settings.storage).toEqual({ kind: "redis", url: "redis://127.0.0.1:6379" });
  expect(settings.keyring.keys.currentKeyId).toBe("first");
  expect(settings.configs).toMatchObject([{ provider: "google", redirectUri: undefined }]);
});
