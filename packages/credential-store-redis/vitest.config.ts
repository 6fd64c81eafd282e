import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(
  shared,
  defineProject({
    // No module holds state that a test could leave behind: loading all of them anew takes half the time.
    test: { name: "credential-store-redis", isolate: false },
  }),
);
