import { docusign } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(docusign({ ...registration, scopes: ["signature"] }), {
  authorizationParameters: {
    scope: "signature extended",
  },
  granted: {
    json: {
      access_token: "eyJ0eXAiOiJNVCIsImFsZyI6",
      token_type: "Bearer",
      refresh_token: "eyJ0eXAiOiJNVCIsIrefresh",
      expires_in: 28800,
    },
    gives: {
      accessToken: "eyJ0eXAiOiJNVCIsImFsZyI6",
      refreshToken: "eyJ0eXAiOiJNVCIsIrefresh",
      expiresInSeconds: 28800,
      scopes: ["signature", "extended"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJ0eXAinext",
      token_type: "Bearer",
      refresh_token: "eyJ0eXAinextrefresh",
      expires_in: 28800,
    },
    gives: {
      accessToken: "eyJ0eXAinext",
      refreshToken: "eyJ0eXAinextrefresh",
      expiresInSeconds: 28800,
      scopes: ["signature", "extended"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "expired_client_token",
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
      sub: "50d89ab1-dad5-4a0b-a410-92ee3110b970",
      name: "Susan Smart",
      email: "susan@example.com",
      accounts: [
        {
          account_id: "fe0b61a3",
          is_default: true,
          base_uri: "https://na3.docusign.net",
        },
      ],
    },
    is: {
      subject: "50d89ab1-dad5-4a0b-a410-92ee3110b970",
      email: "susan@example.com",
      name: "Susan Smart",
    },
  },
});
