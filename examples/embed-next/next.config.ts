import type { NextConfig } from "next";

const config: NextConfig = {
  // They run as they are installed, and are not bundled.
  serverExternalPackages: [
    "@rak-oauth/auth-code-flow",
    "@rak-oauth/core",
    "@rak-oauth/oidc-discovery",
    "@rak-oauth/token-manager",
  ],
  // `pnpm typecheck` does it.
  typescript: { ignoreBuildErrors: true },
};

export default config;
