import { quickbooks } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(quickbooks({ ...registration, scopes: ["com.intuit.quickbooks.accounting"] }), {
  authorizationParameters: {
    scope: "com.intuit.quickbooks.accounting",
  },
  granted: {
    json: {
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "L311478109728uVoOkDSUCfMxMmmg4RJ1sTnFp6cm8tY5HiANw",
      x_refresh_token_expires_in: 8726400,
      access_token: "eyJhbGciOiJkaXIi.first",
    },
    gives: {
      accessToken: "eyJhbGciOiJkaXIi.first",
      refreshToken: "L311478109728uVoOkDSUCfMxMmmg4RJ1sTnFp6cm8tY5HiANw",
      expiresInSeconds: 3600,
      scopes: ["com.intuit.quickbooks.accounting"],
    },
  },
  refreshed: {
    json: {
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "L311478109728next",
      x_refresh_token_expires_in: 8726400,
      access_token: "eyJhbGciOiJkaXIi.next",
    },
    gives: {
      accessToken: "eyJhbGciOiJkaXIi.next",
      refreshToken: "L311478109728next",
      expiresInSeconds: 3600,
      scopes: ["com.intuit.quickbooks.accounting"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Token invalid",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: {
        error: "invalid_client",
      },
    },
  ],
  account: {
    json: {
      sub: "182d6ec4-60ab-3ccf-9b6d-a8b0d4d1e16b",
      email: "john@example.com",
      emailVerified: true,
      givenName: "John",
    },
    is: {
      subject: "182d6ec4-60ab-3ccf-9b6d-a8b0d4d1e16b",
      email: "john@example.com",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
        body: {
          token: "L311478109728uVoOkDSUCfMxMmmg4RJ1sTnFp6cm8tY5HiANw",
        },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
        body: {
          token: "eyJhbGciOiJkaXIi.first",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
