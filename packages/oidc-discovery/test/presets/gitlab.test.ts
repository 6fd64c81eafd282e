import { gitlab } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  gitlab({ ...registration, host: "gitlab.example.com", scopes: ["read_api", "read_user"] }),
  {
    authorizationParameters: { scope: "read_api read_user" },
    granted: {
      json: {
        access_token: "de6780bc506a0446309bd9362820ba8aed28aa506c71eedbe1c5c4f9dd350e54",
        token_type: "bearer",
        expires_in: 7200,
        refresh_token: "8257e65c97202ed1726cf9571600918f3bffb2544b26e00a61df9897668c33a1",
        created_at: 1607635748,
      },
      gives: {
        accessToken: "de6780bc506a0446309bd9362820ba8aed28aa506c71eedbe1c5c4f9dd350e54",
        refreshToken: "8257e65c97202ed1726cf9571600918f3bffb2544b26e00a61df9897668c33a1",
        expiresInSeconds: 7200,
        scopes: ["read_api", "read_user"],
      },
    },
    refreshed: {
      json: {
        access_token: "c97d1fe52119f38c7f67f0a14db68d60caa35ddc86fd12401718b649dcfa9c68",
        token_type: "bearer",
        expires_in: 7200,
        refresh_token: "803c1fd487fec35562c205dac93e9d8e08f9d3652a24079d704df3039df1158f",
        created_at: 1628711391,
      },
      gives: {
        accessToken: "c97d1fe52119f38c7f67f0a14db68d60caa35ddc86fd12401718b649dcfa9c68",
        refreshToken: "803c1fd487fec35562c205dac93e9d8e08f9d3652a24079d704df3039df1158f",
        expiresInSeconds: 7200,
        scopes: ["read_api", "read_user"],
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
        name: "a wrong client secret",
        kind: "configuration",
        status: 401,
        json: { error: "invalid_client" },
      },
    ],
    account: {
      json: { sub: "42", name: "Alice", email: "alice@example.com", email_verified: true },
      is: { subject: "42", name: "Alice", email: "alice@example.com", emailVerified: true },
    },
    revocation: {
      json: {},
      requests: [
        {
          method: "POST",
          url: "https://gitlab.example.com/oauth/revoke",
          body: { token: "8257e65c97202ed1726cf9571600918f3bffb2544b26e00a61df9897668c33a1" },
        },
        {
          method: "POST",
          url: "https://gitlab.example.com/oauth/revoke",
          body: { token: "de6780bc506a0446309bd9362820ba8aed28aa506c71eedbe1c5c4f9dd350e54" },
        },
      ],
      accessToken: "revoked",
      refreshToken: "revoked",
    },
  },
);
