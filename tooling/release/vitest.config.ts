import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

// Compilers and other versions of Node.js, on a machine that may be busy.
const test = { name: "release", testTimeout: 300_000, maxConcurrency: 2 };

export default mergeConfig(shared, defineProject({ test }));
