import { todoist } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(todoist({ ...registration, scopes: ["data:read", "task:add"] }), {
  authorizationParameters: {
    scope: "data:read,task:add",
  },
  granted: {
    json: {
      access_token: "0123456789abcdef0123456789abcdef01234567",
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: "tdr_first",
    },
    gives: {
      accessToken: "0123456789abcdef0123456789abcdef01234567",
      refreshToken: "tdr_first",
      expiresInSeconds: 3600,
      scopes: ["data:read", "task:add"],
    },
  },
  refreshed: {
    json: {
      access_token: "1123456789abcdef0123456789abcdef01234567",
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: "tdr_next",
    },
    gives: {
      accessToken: "1123456789abcdef0123456789abcdef01234567",
      refreshToken: "tdr_next",
      expiresInSeconds: 3600,
      scopes: ["data:read", "task:add"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Token has been expired or revoked.",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 400,
      json: {
        error: "invalid_client",
      },
    },
  ],
  account: {
    json: {
      id: "2671355",
      email: "me@example.com",
      full_name: "Example User",
    },
    is: {
      subject: "2671355",
      email: "me@example.com",
      name: "Example User",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://api.todoist.com/api/v1/revoke",
        body: {
          token: "0123456789abcdef0123456789abcdef01234567",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});
