import { cognito } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  cognito({
    ...registration,
    domain: "acme.auth.eu-central-1.amazoncognito.com",
    userPoolId: "eu-central-1_AbCdEfGhI",
    scopes: ["openid", "orders/read"],
  }),
  {
    authorizationParameters: { scope: "openid orders/read" },
    granted: {
      json: {
        access_token: "eyJz93a...k4laUWw",
        refresh_token: "GEbRxBN...edjnXbL",
        token_type: "Bearer",
        expires_in: 3600,
        scope: "openid orders/read",
      },
      idTokenClaims: { sub: "user-1", email: "alice@example.com" },
      gives: {
        accessToken: "eyJz93a...k4laUWw",
        refreshToken: "GEbRxBN...edjnXbL",
        expiresInSeconds: 3600,
        scopes: ["openid", "orders/read"],
      },
    },
    refreshed: {
      json: {
        access_token: "eyJ...MoQ",
        token_type: "Bearer",
        expires_in: 3600,
        scope: "openid orders/read",
      },
      gives: {
        accessToken: "eyJ...MoQ",
        refreshToken: "GEbRxBN...edjnXbL",
        expiresInSeconds: 3600,
        scopes: ["openid", "orders/read"],
      },
    },
    refusals: [
      {
        name: "a refresh token that is dead",
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
    revocation: {
      status: 200,
      requests: [
        {
          method: "POST",
          url: "https://acme.auth.eu-central-1.amazoncognito.com/oauth2/revoke",
          body: { token: "GEbRxBN...edjnXbL" },
          authorization: "Basic",
        },
      ],
      accessToken: "unsupported",
      refreshToken: "revoked",
    },
  },
);
