import { assertReadmeExample } from "@rak-oauth/test-kit/readme-example";
import { it } from "vitest";

it("shows an example in the README that compiles", async () => {
  await assertReadmeExample(import.meta.url);
});
