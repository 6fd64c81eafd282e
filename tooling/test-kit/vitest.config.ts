import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

const test = {
  name: "test-kit",
  // No module holds state that a test could leave behind: loading all of them anew takes half the time.
  isolate: false,
  // Real servers on a busy machine, which the first test may have to install.
  testTimeout: 60_000,
  hookTimeout: 300_000,
};

export default mergeConfig(shared, defineProject({ test }));
