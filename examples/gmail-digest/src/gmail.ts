import type { OAuth2Config } from "@rak-oauth/core";
import { discover, google, googleScopes } from "@rak-oauth/oidc-discovery";

/** Where mail is read, and by which client: Google's, or a stand-in at ISSUER. */
export async function gmail(): Promise<{ readonly config: OAuth2Config; readonly api: string }> {
  const { ISSUER, API_URL = "https://gmail.googleapis.com" } = process.env;
  const { GOOGLE_CLIENT_ID = "", GOOGLE_CLIENT_SECRET } = process.env;
  const client = {
    clientId: GOOGLE_CLIENT_ID,
    clientSecret: GOOGLE_CLIENT_SECRET,
    redirectUri: "http://127.0.0.1/callback",
  };
  if (ISSUER === undefined) {
    const scopes = ["openid", "email", googleScopes.gmail.readonly];
    return { config: google({ ...client, scopes }), api: API_URL };
  }
  const config = await discover(ISSUER, {
    ...client,
    provider: "google",
    displayName: "Google",
    scopes: ["openid", "offline_access", "gmail.readonly"],
    apiOrigins: [API_URL],
    allowInsecureLoopback: true,
  });
  return { config, api: API_URL };
}
