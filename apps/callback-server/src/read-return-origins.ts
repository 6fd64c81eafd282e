import { isSecureUrl } from "@rak-oauth/core";
import type { Environment, SettingFault } from "@rak-oauth/environment";

const name = "RAK_OAUTH_RETURN_TO_ORIGINS";

/** Reads the origins that a browser may be sent to in the end; what is wrong goes to `faults`. */
export function readReturnOrigins(
  environment: Environment,
  faults: SettingFault[],
): readonly string[] {
  const origins = environment[name]?.split(/[\s,]+/).filter(Boolean) ?? [];
  for (const origin of origins) {
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
    if (isOrigin && isSecureUrl(origin, true)) continue;
    faults.push({
      name,
      problem: `holds ${JSON.stringify(origin)}, which is no https origin. Write scheme and host without a path, such as "https://app.example.com".`,
    });
  }
  return origins;
}
