import { readFile } from "node:fs/promises";
import type { OAuth2ErrorCode } from "@rak-oauth/core";
import { expect, it } from "vitest";

// The compiler refuses this record when a code is missing or is none.
const codes: Record<OAuth2ErrorCode, true> = {
  invalid_configuration: true,
  invalid_credential_key: true,
  missing_user_id: true,
  needs_user_authorization: true,
  token_request_failed: true,
  token_request_deadline: true,
  authorization_failed: true,
  discovery_failed: true,
  store_unavailable: true,
  store_misconfigured: true,
  sealing_failed: true,
  key_service_unavailable: true,
  tool_request_failed: true,
};

it("tells operators of each error code what it means and what to do", async () => {
  const page = await readFile(new URL("../operate.md", import.meta.url), "utf8");
  const section = page.split(/^## /m).find((text) => text.startsWith("What errors mean"));
  const explained = [...(section ?? "").matchAll(/^\| `([a-z_]+)` /gm)].map((row) => row[1]);
  expect(explained.sort()).toEqual(Object.keys(codes).sort());
});
