import { assertReadmeExample } from "@rak-oauth/test-kit/readme-example";
import { it } from "vitest";

it("shows the example that is compiled", async () => {
  await assertReadmeExample(import.meta.url);
});
