import { expect, it, vi } from "vitest";

it("the README's example runs", async () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await import("./readme-example.js");
  expect(write).toHaveBeenCalledWith("AccessToken(…redacted)\n");
});
