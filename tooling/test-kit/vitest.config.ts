import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

// Real servers on a busy machine, which the first test may have to install.
const test = { name: "test-kit", testTimeout: 60_000, hookTimeout: 300_000 };

export default mergeConfig(shared, defineProject({ test }));
