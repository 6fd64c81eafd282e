import { yahoo } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(yahoo({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      access_token: "Jzxbkqqcvjqik2IMxGFEE1cuaos",
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "ABuM6TvQ",
      xoauth_yahoo_guid: "JT4FACLQZI2OCE",
    },
    gives: {
      accessToken: "Jzxbkqqcvjqik2IMxGFEE1cuaos",
      refreshToken: "ABuM6TvQ",
      expiresInSeconds: 3600,
      scopes: [],
    },
  },
  refreshed: {
    json: {
      access_token: "Kaycllrrdwkrjl3JNyHGFF2dvbpt",
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "ABuM6TvQ",
      xoauth_yahoo_guid: "JT4FACLQZI2OCE",
    },
    gives: {
      accessToken: "Kaycllrrdwkrjl3JNyHGFF2dvbpt",
      refreshToken: "ABuM6TvQ",
      expiresInSeconds: 3600,
      scopes: [],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Token not found or expired",
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
      sub: "JT4FACLQZI2OCE",
      name: "Jane Doe",
      email: "jane@example.com",
    },
    is: {
      subject: "JT4FACLQZI2OCE",
      email: "jane@example.com",
      name: "Jane Doe",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://api.login.yahoo.com/oauth2/revoke",
        body: {
          token: "ABuM6TvQ",
        },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://api.login.yahoo.com/oauth2/revoke",
        body: {
          token: "Jzxbkqqcvjqik2IMxGFEE1cuaos",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
