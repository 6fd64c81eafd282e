import { airtable } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(airtable({ ...registration, scopes: ["data.records:read", "user.email:read"] }), {
  authorizationParameters: {
    scope: "data.records:read user.email:read",
  },
  granted: {
    json: {
      access_token: "oaa_first",
      refresh_token: "oar_first",
      token_type: "Bearer",
      scope: "data.records:read user.email:read",
      expires_in: 3600,
      refresh_expires_in: 5184000,
    },
    gives: {
      accessToken: "oaa_first",
      refreshToken: "oar_first",
      expiresInSeconds: 3600,
      scopes: ["data.records:read", "user.email:read"],
    },
  },
  refreshed: {
    json: {
      access_token: "oaa_next",
      refresh_token: "oar_next",
      token_type: "Bearer",
      scope: "data.records:read user.email:read",
      expires_in: 3600,
      refresh_expires_in: 5184000,
    },
    gives: {
      accessToken: "oaa_next",
      refreshToken: "oar_next",
      expiresInSeconds: 3600,
      scopes: ["data.records:read", "user.email:read"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Refresh token has been used, revoked or has expired",
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
      id: "usrL2PNC5o3H4lBEi",
      email: "foo@example.com",
      scopes: ["data.records:read", "user.email:read"],
    },
    is: {
      subject: "usrL2PNC5o3H4lBEi",
      email: "foo@example.com",
    },
  },
});
