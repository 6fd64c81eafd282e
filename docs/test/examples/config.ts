import type { OAuth2Config } from "@rak-oauth/core";
import { google } from "@rak-oauth/oidc-discovery";

export const config: OAuth2Config = google({
  clientId: "from the provider's console",
  clientSecret: "also from there",
  redirectUri: "http://127.0.0.1/callback",
  scopes: ["https://www.googleapis.com/auth/calendar.readonly"],
});
