import type { OAuth2Config } from "@rak-oauth/core";
import { discover, google, googleScopes, microsoft } from "@rak-oauth/oidc-discovery";

const redirectUri = "https://app.example.com/oauth2/callback";
const clientId = "from the provider's console";
const clientSecret = "also from there";

export const configs: readonly OAuth2Config[] = [
  google({
    clientId,
    clientSecret,
    redirectUri,
    scopes: ["openid", "email", googleScopes.calendar.readonly],
  }),
  microsoft({ clientId, clientSecret, redirectUri, scopes: ["openid", "Calendars.Read"] }),
  await discover("https://login.example.com", { provider: "example", clientId, redirectUri }),
];
