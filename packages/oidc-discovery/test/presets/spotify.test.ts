import { spotify } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(spotify({ ...registration, scopes: ["user-read-private", "user-read-email"] }), {
  authorizationParameters: { scope: "user-read-private user-read-email" },
  granted: {
    json: {
      access_token: "NgCXRK...MzYjw",
      token_type: "Bearer",
      scope: "user-read-private user-read-email",
      expires_in: 3600,
      refresh_token: "NgAagA...Um_SHo",
    },
    gives: {
      accessToken: "NgCXRK...MzYjw",
      refreshToken: "NgAagA...Um_SHo",
      expiresInSeconds: 3600,
      scopes: ["user-read-private", "user-read-email"],
    },
  },
  refreshed: {
    json: {
      access_token: "NgA6ZcYI...ixn8bUQ",
      token_type: "Bearer",
      scope: "user-read-private user-read-email",
      expires_in: 3600,
    },
    gives: {
      accessToken: "NgA6ZcYI...ixn8bUQ",
      refreshToken: "NgAagA...Um_SHo",
      expiresInSeconds: 3600,
      scopes: ["user-read-private", "user-read-email"],
    },
  },
  refusals: [
    {
      name: "a refresh token of more than six months",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant" },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: { error: "invalid_client" },
    },
  ],
  account: {
    json: { id: "smedjan", display_name: "Smedjan", email: "smedjan@example.com" },
    is: { subject: "smedjan", email: "smedjan@example.com", name: "Smedjan" },
  },
});
