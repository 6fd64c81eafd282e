import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(
  {
    ...shared,
    // Without "module": what AWS's SDK has there is for bundlers, and Node.js cannot follow its imports.
    ssr: { resolve: { conditions: ["@rak-oauth/source", "node", "development|production"] } },
  },
  defineProject({ test: { name: "example-kms" } }),
);
