import type { OAuth2Config } from "@rak-oauth/core";
import { diagnose, type TriedTokenEndpoint } from "@rak-oauth/oidc-discovery";

/** `tokenEndpoint` is `new TokenEndpoint({ config })` of `@rak-oauth/token-manager`. */
export async function listTroubles(
  config: OAuth2Config,
  tokenEndpoint: TriedTokenEndpoint,
): Promise<readonly string[]> {
  const findings = await diagnose(config, { tokenEndpoint });
  const troubles = findings.filter(({ level }) => level !== "ok");
  return troubles.map(({ level, check, message }) => `${level} ${check}: ${message}`);
}
