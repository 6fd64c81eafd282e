import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(
  // Without "module": what Google's ADK depends on names files by it that Node.js cannot load.
  { ...shared, ssr: { resolve: { conditions: ["@rak-oauth/source", "node"] } } },
  defineProject({ test: { name: "rest-tool-adapter" } }),
);
