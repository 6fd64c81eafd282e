import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(
  shared,
  defineProject({
    test: {
      name: "credential-store-prisma",
      globalSetup: "test/one-postgres.ts",
      // No module holds state that a test could leave behind: loading all of them anew takes half the time.
      isolate: false,
      testTimeout: 180_000,
      hookTimeout: 180_000,
    },
  }),
);
