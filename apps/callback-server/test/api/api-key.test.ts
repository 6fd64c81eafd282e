import { hashApiKey } from "@rak-oauth/auth-code-flow/api";
import { expect, it } from "vitest";
import { describeNewApiKey } from "../../src/api/api-key.js";

it("an API key is made with the hash that the settings take, a new one each time", () => {
  const lines = describeNewApiKey().split("\n");
  expect(lines[1]).toMatch(/^rak_oauth_[\w-]{43}$/);
  expect(lines[3]).toBe(hashApiKey(lines[1] ?? ""));
  expect(describeNewApiKey().split("\n")[1]).not.toBe(lines[1]);
});
