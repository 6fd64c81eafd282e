import { bitbucket } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(bitbucket({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      scopes: "account repository",
      access_token: "q3sFZbcc",
      expires_in: 7200,
      token_type: "bearer",
      state: "authorization_code",
      refresh_token: "SRF3cHJ3",
    },
    gives: {
      accessToken: "q3sFZbcc",
      refreshToken: "SRF3cHJ3",
      expiresInSeconds: 7200,
      scopes: [],
    },
  },
  refreshed: {
    json: {
      scopes: "account repository",
      access_token: "w7tGAcdd",
      expires_in: 7200,
      token_type: "bearer",
      state: "authorization_code",
      refresh_token: "SRF3cHJ3",
    },
    gives: {
      accessToken: "w7tGAcdd",
      refreshToken: "SRF3cHJ3",
      expiresInSeconds: 7200,
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
        error_description: "Invalid refresh_token",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 400,
      json: {
        error: "unauthorized_client",
        error_description: "Invalid OAuth client credentials",
      },
    },
  ],
  account: {
    json: {
      type: "user",
      uuid: "{ff6a7d5c-3d2b-4e3a-8f6f-1b2c3d4e5f60}",
      display_name: "Jane Doe",
      account_id: "557058:1",
    },
    is: {
      subject: "{ff6a7d5c-3d2b-4e3a-8f6f-1b2c3d4e5f60}",
      name: "Jane Doe",
    },
  },
});
