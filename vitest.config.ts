import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "packages/*",
      "apps/*",
      "examples/*",
      "tooling/test-kit",
      "tooling/release",
      "bench",
      "docs",
    ],
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
  },
});
