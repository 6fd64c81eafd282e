import { zoho } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  zoho({
    ...registration,
    scopes: ["ZohoCRM.modules.READ", "AaaServer.profile.READ"],
    domain: "eu",
  }),
  {
    authorizationParameters: {
      scope: "ZohoCRM.modules.READ,AaaServer.profile.READ",
      access_type: "offline",
      prompt: "consent",
    },
    granted: {
      json: {
        access_token: "1000.8cb99dxxxxxxxxxxxxx9be93",
        refresh_token: "1000.8ecdxxxxxxxxxxxxx5cb7.463xxxxxxxxxebdc",
        api_domain: "https://www.zohoapis.eu",
        token_type: "Bearer",
        expires_in: 3600,
      },
      gives: {
        accessToken: "1000.8cb99dxxxxxxxxxxxxx9be93",
        refreshToken: "1000.8ecdxxxxxxxxxxxxx5cb7.463xxxxxxxxxebdc",
        expiresInSeconds: 3600,
        scopes: ["ZohoCRM.modules.READ", "AaaServer.profile.READ"],
      },
    },
    refreshed: {
      json: {
        access_token: "1000.next",
        api_domain: "https://www.zohoapis.eu",
        token_type: "Bearer",
        expires_in: 3600,
      },
      gives: {
        accessToken: "1000.next",
        refreshToken: "1000.8ecdxxxxxxxxxxxxx5cb7.463xxxxxxxxxebdc",
        expiresInSeconds: 3600,
        scopes: ["ZohoCRM.modules.READ", "AaaServer.profile.READ"],
      },
    },
    refusals: [
      {
        name: "a refresh token that is dead, refused with status 200,",
        kind: "terminal",
        json: {
          error: "invalid_code",
        },
      },
      {
        name: "an unknown client, refused with status 200,",
        kind: "configuration",
        json: {
          error: "invalid_client",
        },
      },
    ],
    account: {
      json: {
        First_Name: "Jane",
        Email: "jane@example.com",
        Last_Name: "Doe",
        Display_Name: "Jane Doe",
        ZUID: 6970000,
      },
      is: {
        subject: "6970000",
        email: "jane@example.com",
        name: "Jane Doe",
      },
    },
    revocation: {
      json: {
        status: "success",
      },
      requests: [
        {
          method: "POST",
          url: "https://accounts.zoho.eu/oauth/v2/token/revoke",
          body: {
            token: "1000.8ecdxxxxxxxxxxxxx5cb7.463xxxxxxxxxebdc",
          },
        },
      ],
      accessToken: "unsupported",
      refreshToken: "revoked",
    },
  },
);
