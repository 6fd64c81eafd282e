import { describeProvider } from "@rak-oauth/oidc-discovery/testing";
import { acme } from "./acme.js";

const redirectUri = "https://agent.example/oauth2/callback";
const config = acme({ clientId: "id", clientSecret: "secret", redirectUri, scopes: ["read"] });

describeProvider(config, {
  authorizationParameters: { scope: "read" },
  granted: {
    json: { access_token: "a1", token_type: "Bearer", expires_in: 3600, refresh_token: "r1" },
    gives: { accessToken: "a1", refreshToken: "r1", expiresInSeconds: 3600, scopes: ["read"] },
  },
  refreshed: {
    json: { access_token: "a2", token_type: "Bearer", expires_in: 3600, refresh_token: "r2" },
    gives: { accessToken: "a2", refreshToken: "r2", expiresInSeconds: 3600, scopes: ["read"] },
  },
  refusals: [
    {
      name: "a spent refresh token",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant" },
    },
  ],
});
