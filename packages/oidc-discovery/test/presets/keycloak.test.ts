import { keycloak } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  keycloak({ ...registration, host: "login.example.com", realm: "acme", scopes: ["openid"] }),
  {
    authorizationParameters: { scope: "openid offline_access" },
    granted: {
      json: {
        access_token: "eyJz93a...k4laUWw",
        refresh_token: "GEbRxBN...edjnXbL",
        token_type: "Bearer",
        expires_in: 300,
        scope: "openid offline_access",
      },
      idTokenClaims: { sub: "user-1", email: "alice@example.com" },
      gives: {
        accessToken: "eyJz93a...k4laUWw",
        refreshToken: "GEbRxBN...edjnXbL",
        expiresInSeconds: 300,
        scopes: ["openid", "offline_access"],
      },
    },
    refreshed: {
      json: {
        access_token: "eyJ...MoQ",
        refresh_token: "GEbRxBN...next",
        token_type: "Bearer",
        expires_in: 300,
        scope: "openid offline_access",
      },
      gives: {
        accessToken: "eyJ...MoQ",
        refreshToken: "GEbRxBN...next",
        expiresInSeconds: 300,
        scopes: ["openid", "offline_access"],
      },
    },
    refusals: [
      {
        name: "a refresh token that is dead",
        kind: "terminal",
        status: 400,
        json: { error: "invalid_grant", error_description: "Token is not active" },
      },
      {
        name: "a wrong client secret",
        kind: "configuration",
        status: 401,
        json: { error: "invalid_client" },
      },
    ],
    revocation: {
      status: 200,
      requests: [
        {
          method: "POST",
          url: "https://login.example.com/realms/acme/protocol/openid-connect/revoke",
          body: { token: "GEbRxBN...edjnXbL" },
          authorization: "Basic",
        },
        {
          method: "POST",
          url: "https://login.example.com/realms/acme/protocol/openid-connect/revoke",
          body: { token: "eyJz93a...k4laUWw" },
          authorization: "Basic",
        },
      ],
      accessToken: "revoked",
      refreshToken: "revoked",
    },
  },
);
