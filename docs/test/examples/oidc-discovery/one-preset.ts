import { slack } from "@rak-oauth/oidc-discovery/presets/slack";

export const config = slack({
  actAs: "user",
  clientId: "from the provider's console",
  clientSecret: "also from there",
  redirectUri: "https://agent.example.com/oauth2/callback/slack",
  scopes: ["channels:read"],
});
