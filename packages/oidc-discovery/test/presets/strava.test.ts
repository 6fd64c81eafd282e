import { strava } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(strava({ ...registration, scopes: ["read", "activity:read_all"] }), {
  authorizationParameters: {
    scope: "read,activity:read_all",
    approval_prompt: "auto",
  },
  granted: {
    json: {
      token_type: "Bearer",
      expires_at: 1568775134,
      expires_in: 21600,
      refresh_token: "e5n567567",
      access_token: "a4b945687g",
      athlete: {
        id: 227615,
        firstname: "John",
      },
    },
    gives: {
      accessToken: "a4b945687g",
      refreshToken: "e5n567567",
      expiresInSeconds: 21600,
      scopes: ["read", "activity:read_all"],
    },
  },
  refreshed: {
    json: {
      token_type: "Bearer",
      access_token: "a9b723",
      expires_at: 1568775134,
      expires_in: 20566,
      refresh_token: "b5c569",
    },
    gives: {
      accessToken: "a9b723",
      refreshToken: "b5c569",
      expiresInSeconds: 20566,
      scopes: ["read", "activity:read_all"],
    },
  },
  refusals: [
    {
      name: "a client that it does not know",
      kind: "configuration",
      status: 400,
      json: {
        message: "Bad Request",
        errors: [{ resource: "Application", field: "client_id", code: "invalid" }],
      },
    },
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        message: "Bad Request",
        errors: [
          {
            resource: "RefreshToken",
            field: "refresh_token",
            code: "invalid",
          },
        ],
      },
    },
  ],
  account: {
    json: {
      id: 227615,
      username: "jdoe",
      firstname: "John",
      lastname: "Doe",
    },
    is: {
      subject: "227615",
      name: "John",
    },
  },
  revocation: {
    json: {
      access_token: "a4b945687g",
    },
    requests: [
      {
        method: "POST",
        url: "https://www.strava.com/oauth/deauthorize",
        body: {
          access_token: "a4b945687g",
        },
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});
