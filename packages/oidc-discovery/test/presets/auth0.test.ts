import { auth0 } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  auth0({
    ...registration,
    domain: "acme.eu.auth0.com",
    audience: "https://api.example.com/",
    scopes: ["openid", "read:orders"],
  }),
  {
    authorizationParameters: {
      scope: "openid read:orders offline_access",
      audience: "https://api.example.com/",
    },
    granted: {
      json: {
        access_token: "eyJz93a...k4laUWw",
        refresh_token: "GEbRxBN...edjnXbL",
        token_type: "Bearer",
        expires_in: 86400,
        scope: "openid read:orders offline_access",
      },
      idTokenClaims: { sub: "user-1", email: "alice@example.com" },
      gives: {
        accessToken: "eyJz93a...k4laUWw",
        refreshToken: "GEbRxBN...edjnXbL",
        expiresInSeconds: 86400,
        scopes: ["openid", "read:orders", "offline_access"],
      },
    },
    refreshed: {
      json: {
        access_token: "eyJ...MoQ",
        refresh_token: "GEbRxBN...next",
        token_type: "Bearer",
        expires_in: 86400,
        scope: "openid read:orders offline_access",
      },
      gives: {
        accessToken: "eyJ...MoQ",
        refreshToken: "GEbRxBN...next",
        expiresInSeconds: 86400,
        scopes: ["openid", "read:orders", "offline_access"],
      },
    },
    refusals: [
      {
        name: "a refresh token that is dead",
        kind: "terminal",
        status: 403,
        json: { error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
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
          url: "https://acme.eu.auth0.com/oauth/revoke",
          body: { token: "GEbRxBN...edjnXbL" },
        },
      ],
      accessToken: "unsupported",
      refreshToken: "revoked",
    },
  },
);
