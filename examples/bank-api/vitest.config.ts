import { shared } from "@rak-oauth/config/vitest";
import { defineProject, mergeConfig } from "vitest/config";

export default mergeConfig(shared, defineProject({ test: { name: "example-bank-api" } }));
