import type { OAuth2Config } from "@rak-oauth/core";
import { diagnose } from "@rak-oauth/oidc-discovery";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import type { Finding } from "./finding.js";

/** Compares a provider's configuration, and this machine's clock, with what the provider says. */
export async function checkProvider(config: OAuth2Config): Promise<readonly Finding[]> {
  const { provider } = config;
  // Where `connect` lets the browser come back to when nothing else is said.
  const redirectUri = config.redirectUri ?? "http://127.0.0.1/callback";
  const tokenEndpoint = new TokenEndpoint({ config });
  const findings = await diagnose({ ...config, redirectUri }, { tokenEndpoint });
  return findings.map((finding) => ({ ...finding, provider }));
}

/** Checks what a server publishes. */
export async function checkIssuer(
  issuer: string,
  options: { readonly allowInsecureLoopback: boolean },
): Promise<readonly Finding[]> {
  const findings = await diagnose(issuer, options);
  return findings.map((finding) => ({ ...finding, provider: issuer }));
}
