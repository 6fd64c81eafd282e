import { describeProvider } from "@rak-oauth/oidc-discovery/testing";
import { acme } from "../src/acme-boards.js";

const config = acme({
  clientId: "id",
  clientSecret: "0d9f2c",
  redirectUri: "https://agent.example/oauth2/callback",
  scopes: ["boards:read", "boards:write"],
});
const scopes = ["boards:read", "boards:write"];

// The answers of the provider's documentation, and what has to come of them.
describeProvider(config, {
  authorizationParameters: { scope: "boards:read,boards:write" },
  granted: {
    json: {
      access_token: "a1",
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "r1",
      scope: "boards:read,boards:write",
    },
    gives: { accessToken: "a1", refreshToken: "r1", expiresInSeconds: 3600, scopes },
  },
  refreshed: {
    json: { access_token: "a2", token_type: "bearer", expires_in: 3600, refresh_token: "r2" },
    gives: { accessToken: "a2", refreshToken: "r2", expiresInSeconds: 3600, scopes },
  },
  refusals: [
    {
      name: "a spent refresh token",
      kind: "terminal",
      status: 400,
      json: { error: "token_was_spent" },
    },
    {
      name: "a wrong secret",
      kind: "configuration",
      status: 401,
      json: { error: "invalid_client" },
    },
    { name: "an hour of maintenance", kind: "transient", status: 503 },
  ],
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://acme.example/oauth/revoke",
        body: { token: "r1" },
      },
      {
        method: "POST",
        url: "https://acme.example/oauth/revoke",
        body: { token: "a1" },
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
