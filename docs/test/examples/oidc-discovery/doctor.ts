import type { OAuth2Config } from "@rak-oauth/core";
import { diagnose } from "@rak-oauth/oidc-discovery";
import { TokenEndpoint } from "@rak-oauth/token-manager";

export async function listFindings(config: OAuth2Config): Promise<readonly string[]> {
  const findings = await diagnose(config, { tokenEndpoint: new TokenEndpoint({ config }) });
  return findings.map(({ level, message }) => `${level}: ${message}`);
}
