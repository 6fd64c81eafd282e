import { salesforce } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  salesforce({ ...registration, host: "acme.my.salesforce.com", scopes: ["id", "api"] }),
  {
    authorizationParameters: { scope: "id api refresh_token" },
    granted: {
      json: {
        access_token:
          "00DB0000000TfcR!AQQAQFhoK8vTMg_rKA.esrJ2bCs.OOIjJgl.9Cx6O7KqjZmHMLOyVb.U61BU9tm4xRusf7d3fD1P9oefzqS6i9sJMPWj48IK",
        instance_url: "https://acme.my.salesforce.com",
        id: "https://login.salesforce.com/id/00DB0000000TfcRMAS/005B0000005Bk90IAC",
        token_type: "Bearer",
        issued_at: "1278448832702",
        signature: "0CmxinZir53Yex7nE0TD",
        scope: "id api refresh_token",
        refresh_token: "5Aep8614iLM.Dq661ePDmPEgaAW9",
      },
      gives: {
        accessToken:
          "00DB0000000TfcR!AQQAQFhoK8vTMg_rKA.esrJ2bCs.OOIjJgl.9Cx6O7KqjZmHMLOyVb.U61BU9tm4xRusf7d3fD1P9oefzqS6i9sJMPWj48IK",
        refreshToken: "5Aep8614iLM.Dq661ePDmPEgaAW9",
        scopes: ["id", "api", "refresh_token"],
      },
    },
    refreshed: {
      json: {
        access_token: "00DB0000000TfcR!next",
        instance_url: "https://acme.my.salesforce.com",
        id: "https://login.salesforce.com/id/00DB0000000TfcRMAS/005B0000005Bk90IAC",
        token_type: "Bearer",
        issued_at: "1278448832702",
        signature: "0CmxinZir53Yex7nE0TD",
        scope: "id api refresh_token",
      },
      gives: {
        accessToken: "00DB0000000TfcR!next",
        refreshToken: "5Aep8614iLM.Dq661ePDmPEgaAW9",
        scopes: ["id", "api", "refresh_token"],
      },
    },
    refusals: [
      {
        name: "a refresh token that is dead",
        kind: "terminal",
        status: 400,
        json: { error: "invalid_grant", error_description: "expired access/refresh token" },
      },
      {
        name: "a wrong client secret",
        kind: "configuration",
        status: 400,
        json: { error: "invalid_client", error_description: "invalid client credentials" },
      },
    ],
    account: {
      json: {
        sub: "https://login.salesforce.com/id/00DB0000000TfcRMAS/005B0000005Bk90IAC",
        user_id: "005B0000005Bk90IAC",
        name: "Alice",
        email: "alice@example.com",
      },
      is: {
        subject: "https://login.salesforce.com/id/00DB0000000TfcRMAS/005B0000005Bk90IAC",
        name: "Alice",
        email: "alice@example.com",
      },
    },
    revocation: {
      status: 200,
      requests: [
        {
          method: "POST",
          url: "https://acme.my.salesforce.com/services/oauth2/revoke",
          body: { token: "5Aep8614iLM.Dq661ePDmPEgaAW9" },
        },
        {
          method: "POST",
          url: "https://acme.my.salesforce.com/services/oauth2/revoke",
          body: {
            token:
              "00DB0000000TfcR!AQQAQFhoK8vTMg_rKA.esrJ2bCs.OOIjJgl.9Cx6O7KqjZmHMLOyVb.U61BU9tm4xRusf7d3fD1P9oefzqS6i9sJMPWj48IK",
          },
        },
      ],
      accessToken: "revoked",
      refreshToken: "revoked",
    },
  },
);
