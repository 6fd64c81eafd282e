import { defineOAuth2Config, type OAuth2Config } from "@rak-oauth/core";

export const config: OAuth2Config = defineOAuth2Config({
  provider: "calendar",
  displayName: "Example Calendar",
  clientId: "my-agent",
  clientSecret: "from a secret store",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
  redirectUri: "https://agent.example.com/oauth2/callback",
  scopes: ["calendar.read"],
  apiOrigins: ["https://api.example.com"],
});
