import { assertReadmeExample } from "@rak-oauth/test-kit/readme-example";
import { expect, it, vi } from "vitest";

it("shows an example in the README that compiles and runs", async () => {
  await assertReadmeExample(import.meta.url);
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await import("./readme-example.js");
  expect(write).toHaveBeenCalledWith("AccessToken(…redacted)\n");
});
