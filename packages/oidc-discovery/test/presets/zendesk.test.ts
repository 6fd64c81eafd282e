import { zendesk } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(zendesk({ ...registration, scopes: ["read"], subdomain: "example" }), {
  authorizationParameters: {
    scope: "read",
  },
  granted: {
    json: {
      access_token: "gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo",
      refresh_token: "31048ba4d7c601302f3173f243da835f",
      token_type: "bearer",
      scope: "read",
      expires_in: 1800,
      refresh_token_expires_in: 2592000,
    },
    gives: {
      accessToken: "gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo",
      refreshToken: "31048ba4d7c601302f3173f243da835f",
      expiresInSeconds: 1800,
      scopes: ["read"],
    },
  },
  refreshed: {
    json: {
      access_token: "gErynext",
      refresh_token: "31048next",
      token_type: "bearer",
      scope: "read",
      expires_in: 1800,
      refresh_token_expires_in: 2592000,
    },
    gives: {
      accessToken: "gErynext",
      refreshToken: "31048next",
      expiresInSeconds: 1800,
      scopes: ["read"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description:
          "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked.",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: {
        error: "invalid_client",
        error_description: "Client authentication failed",
      },
    },
  ],
  account: {
    json: {
      user: {
        id: 35436,
        name: "Johnny Agent",
        email: "johnny@example.com",
      },
    },
    is: {
      subject: "35436",
      email: "johnny@example.com",
      name: "Johnny Agent",
    },
  },
  revocation: {
    status: 204,
    requests: [
      {
        method: "DELETE",
        url: "https://example.zendesk.com/api/v2/oauth/tokens/current.json",
        body: {},
        authorization: "Bearer",
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});
