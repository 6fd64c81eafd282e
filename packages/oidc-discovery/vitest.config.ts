import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(
  shared,
  // Some sixty files of presets, which share their modules: each alone would load them all again.
  defineProject({ test: { name: "oidc-discovery", isolate: false } }),
);
