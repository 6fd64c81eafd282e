import type { OAuth2Config } from "@rak-oauth/core";
import { discover, github, google, googleScopes } from "@rak-oauth/oidc-discovery";

const { GOOGLE_ID = "", GOOGLE_SECRET = "", GITHUB_ID = "", GITHUB_SECRET = "" } = process.env;
const callback = "https://agent.example.com/oauth2/callback";

/** One registration at each provider; each has a callback of its own. */
export async function loadConfigs(issuer: string, clientId: string): Promise<OAuth2Config[]> {
  return [
    google({
      clientId: GOOGLE_ID,
      clientSecret: GOOGLE_SECRET,
      redirectUri: `${callback}/google`,
      scopes: ["openid", "email", googleScopes.calendar.readonly],
    }),
    github({
      clientId: GITHUB_ID,
      clientSecret: GITHUB_SECRET,
      redirectUri: `${callback}/github`,
      scopes: ["repo"],
    }),
    await discover(issuer, {
      provider: "company",
      displayName: "Company login",
      clientId,
      redirectUri: `${callback}/company`,
      scopes: ["openid", "offline_access"],
      apiOrigins: ["https://api.company.example"],
      allowInsecureLoopback: process.env["NODE_ENV"] !== "production",
    }),
  ];
}
