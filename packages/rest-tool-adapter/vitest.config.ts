import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(
  // Without "module": what Google's ADK depends on names files by it that Node.js cannot load.
  { ...shared, ssr: { resolve: { conditions: ["@rak-oauth/source", "node"] } } },
  defineProject({
    // No module holds state that a test could leave behind: loading all of them anew takes half the time.
    test: { name: "rest-tool-adapter", isolate: false },
  }),
);
