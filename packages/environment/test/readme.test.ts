import { generateKey } from "@rak-oauth/core";
import { expect, it } from "vitest";
import { readSettings } from "./readme-example.js";

it("the README's example runs", async () => {
  const settings = await readSettings({
    RAK_OAUTH_KEYS: `first:${generateKey()}`,
    GOOGLE_CLIENT_ID: "agent",
    REDIS_URL: "redis://127.0.0.1:6379",
  });
  expect(settings.storage).toEqual({ kind: "redis", url: "redis://127.0.0.1:6379" });
  expect(settings.keyring.keys.currentKeyId).toBe("first");
  expect(settings.configs).toMatchObject([{ provider: "google", redirectUri: undefined }]);
});
