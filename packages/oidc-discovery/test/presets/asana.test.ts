import { asana } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(asana({ ...registration, scopes: ["tasks:read", "users:read"] }), {
  authorizationParameters: {
    scope: "tasks:read users:read",
  },
  granted: {
    json: {
      access_token: "f6ds7fdsa69ags7ag9sd5a",
      expires_in: 3600,
      token_type: "bearer",
      data: {
        id: 4673218951,
        gid: "4673218951",
        name: "Greg Sanchez",
        email: "gsanchez@example.com",
      },
      refresh_token: "hjkl325hjkl4325hj4kl32fjds",
    },
    gives: {
      accessToken: "f6ds7fdsa69ags7ag9sd5a",
      refreshToken: "hjkl325hjkl4325hj4kl32fjds",
      expiresInSeconds: 3600,
      scopes: ["tasks:read", "users:read"],
    },
  },
  refreshed: {
    json: {
      access_token: "g7et8geb70bht8bh0te6b",
      expires_in: 3600,
      token_type: "bearer",
    },
    gives: {
      accessToken: "g7et8geb70bht8bh0te6b",
      refreshToken: "hjkl325hjkl4325hj4kl32fjds",
      expiresInSeconds: 3600,
      scopes: ["tasks:read", "users:read"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "The refresh token is not valid.",
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
      data: {
        gid: "4673218951",
        resource_type: "user",
        name: "Greg Sanchez",
        email: "gsanchez@example.com",
      },
    },
    is: {
      subject: "4673218951",
      email: "gsanchez@example.com",
      name: "Greg Sanchez",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://app.asana.com/-/oauth_revoke",
        body: {
          token: "hjkl325hjkl4325hj4kl32fjds",
        },
      },
    ],
    accessToken: "unsupported",
    refreshToken: "revoked",
  },
});
