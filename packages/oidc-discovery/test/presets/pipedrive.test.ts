import { pipedrive } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(pipedrive({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      access_token: "v1u:AQIBAHj-LzTNK2yuuuaLqifzhWb9crUNKTpk",
      token_type: "Bearer",
      refresh_token: "82957781:11532234:first",
      scope: "deals:full,users:full",
      expires_in: 3599,
      api_domain: "https://acme.pipedrive.com",
    },
    gives: {
      accessToken: "v1u:AQIBAHj-LzTNK2yuuuaLqifzhWb9crUNKTpk",
      refreshToken: "82957781:11532234:first",
      expiresInSeconds: 3599,
      scopes: ["deals:full", "users:full"],
    },
  },
  refreshed: {
    json: {
      access_token: "v1u:next",
      token_type: "Bearer",
      refresh_token: "82957781:11532234:first",
      scope: "deals:full,users:full",
      expires_in: 3599,
      api_domain: "https://acme.pipedrive.com",
    },
    gives: {
      accessToken: "v1u:next",
      refreshToken: "82957781:11532234:first",
      expiresInSeconds: 3599,
      scopes: ["deals:full", "users:full"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Invalid grant: refresh token is invalid",
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
      success: true,
      data: {
        id: 111,
        name: "Jane Doe",
        email: "jane@example.com",
        company_id: 7,
      },
    },
    is: {
      subject: "111",
      email: "jane@example.com",
      name: "Jane Doe",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://oauth.pipedrive.com/oauth/revoke",
        body: {
          token: "82957781:11532234:first",
        },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://oauth.pipedrive.com/oauth/revoke",
        body: {
          token: "v1u:AQIBAHj-LzTNK2yuuuaLqifzhWb9crUNKTpk",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
