import { box } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(box({ ...registration, scopes: ["root_readwrite"] }), {
  authorizationParameters: {
    scope: "root_readwrite",
  },
  granted: {
    json: {
      access_token: "c3FIOG9vSGV4VHo4QzAy",
      expires_in: 3600,
      token_type: "bearer",
      restricted_to: [],
      refresh_token: "Z1JvNnJoZ3ExaVNyQWw6",
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    },
    gives: {
      accessToken: "c3FIOG9vSGV4VHo4QzAy",
      refreshToken: "Z1JvNnJoZ3ExaVNyQWw6",
      expiresInSeconds: 3600,
      scopes: ["root_readwrite"],
    },
  },
  refreshed: {
    json: {
      access_token: "c3FIOG9vSGV4next",
      expires_in: 3600,
      token_type: "bearer",
      restricted_to: [],
      refresh_token: "Z1JvNnJoZ3Exnext",
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    },
    gives: {
      accessToken: "c3FIOG9vSGV4next",
      refreshToken: "Z1JvNnJoZ3Exnext",
      expiresInSeconds: 3600,
      scopes: ["root_readwrite"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Refresh token has expired",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 400,
      json: {
        error: "invalid_client",
        error_description: "The client credentials are invalid",
      },
    },
  ],
  account: {
    json: {
      id: "11446498",
      type: "user",
      name: "Aaron Levie",
      login: "ceo@example.com",
    },
    is: {
      subject: "11446498",
      email: "ceo@example.com",
      name: "Aaron Levie",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://api.box.com/oauth2/revoke",
        body: {
          token: "Z1JvNnJoZ3ExaVNyQWw6",
        },
      },
      {
        method: "POST",
        url: "https://api.box.com/oauth2/revoke",
        body: {
          token: "c3FIOG9vSGV4VHo4QzAy",
        },
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
