import { x } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(x({ ...registration, scopes: ["tweet.read", "users.read"] }), {
  authorizationParameters: { scope: "tweet.read users.read offline.access" },
  granted: {
    json: {
      token_type: "bearer",
      expires_in: 7200,
      access_token:
        "Q0Mzb0VhZ0V5dmNXSTEyNER2MFNfVW50RzdXdTN6STFxQlVkTGhTc1lCdlBiOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE",
      scope: "tweet.read users.read offline.access",
      refresh_token:
        "bWRWa3gzdnk3WHRGU1o0bmRRcTJ5VUxWX1lZTDdJSUtmaWcxbTVxdEFXcW5tOjE2MjIxNDc3NDM5MTQ6MToxOnJ0OjE",
    },
    gives: {
      accessToken:
        "Q0Mzb0VhZ0V5dmNXSTEyNER2MFNfVW50RzdXdTN6STFxQlVkTGhTc1lCdlBiOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE",
      refreshToken:
        "bWRWa3gzdnk3WHRGU1o0bmRRcTJ5VUxWX1lZTDdJSUtmaWcxbTVxdEFXcW5tOjE2MjIxNDc3NDM5MTQ6MToxOnJ0OjE",
      expiresInSeconds: 7200,
      scopes: ["tweet.read", "users.read", "offline.access"],
    },
  },
  refreshed: {
    json: {
      token_type: "bearer",
      expires_in: 7200,
      access_token: "next",
      scope: "tweet.read users.read offline.access",
      refresh_token: "next-refresh",
    },
    gives: {
      accessToken: "next",
      refreshToken: "next-refresh",
      expiresInSeconds: 7200,
      scopes: ["tweet.read", "users.read", "offline.access"],
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
      name: "a client that does not prove itself",
      kind: "configuration",
      status: 401,
      json: {
        error: "unauthorized_client",
        error_description: "Missing valid authorization header",
      },
    },
  ],
  account: {
    json: { data: { id: "2244994945", name: "X Dev", username: "XDevelopers" } },
    is: { subject: "2244994945", name: "XDevelopers" },
  },
  revocation: {
    json: { revoked: true },
    requests: [
      {
        method: "POST",
        url: "https://api.x.com/2/oauth2/revoke",
        body: {
          token:
            "bWRWa3gzdnk3WHRGU1o0bmRRcTJ5VUxWX1lZTDdJSUtmaWcxbTVxdEFXcW5tOjE2MjIxNDc3NDM5MTQ6MToxOnJ0OjE",
        },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://api.x.com/2/oauth2/revoke",
        body: {
          token:
            "Q0Mzb0VhZ0V5dmNXSTEyNER2MFNfVW50RzdXdTN6STFxQlVkTGhTc1lCdlBiOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
