import { databricks } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

const host = "dbc-a1b2345c-d6e7.cloud.databricks.com";

describeProvider(databricks({ ...registration, scopes: ["all-apis"], host }), {
  authorizationParameters: { scope: "all-apis offline_access" },
  granted: {
    json: {
      access_token: "eyJraWQ.first",
      refresh_token: "doau-first",
      scope: "all-apis offline_access",
      token_type: "Bearer",
      expires_in: 3600,
    },
    gives: {
      accessToken: "eyJraWQ.first",
      refreshToken: "doau-first",
      expiresInSeconds: 3600,
      scopes: ["all-apis", "offline_access"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJraWQ.next",
      refresh_token: "doau-next",
      scope: "all-apis offline_access",
      token_type: "Bearer",
      expires_in: 3600,
    },
    gives: {
      accessToken: "eyJraWQ.next",
      refreshToken: "doau-next",
      expiresInSeconds: 3600,
      scopes: ["all-apis", "offline_access"],
    },
  },
  refusals: [
    {
      name: "a spent refresh token",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant", error_description: "Refresh token is invalid" },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: { error: "invalid_client", error_description: "Client authentication failed" },
    },
  ],
  account: {
    json: {
      id: "1234567890",
      userName: "jane@example.com",
      displayName: "Jane Doe",
      active: true,
    },
    is: { subject: "1234567890", email: "jane@example.com", name: "Jane Doe" },
  },
});
