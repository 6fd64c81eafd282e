import { amazon } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(amazon({ ...registration, scopes: ["profile"] }), {
  authorizationParameters: {
    scope: "profile",
  },
  granted: {
    json: {
      access_token: "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR",
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX",
    },
    gives: {
      accessToken: "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR",
      refreshToken: "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX",
      expiresInSeconds: 3600,
      scopes: ["profile"],
    },
  },
  refreshed: {
    json: {
      access_token: "Atza|IQEBnext",
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX",
    },
    gives: {
      accessToken: "Atza|IQEBnext",
      refreshToken: "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX",
      expiresInSeconds: 3600,
      scopes: ["profile"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "The request has an invalid grant parameter : refresh_token",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: {
        error: "invalid_client",
        error_description: "Client authentication failed",
      },
    },
  ],
  account: {
    json: {
      user_id: "amzn1.account.K2LI23KL2LK2",
      email: "mhashimoto-04@example.com",
      name: "Mork Hashimoto",
      postal_code: "98052",
    },
    is: {
      subject: "amzn1.account.K2LI23KL2LK2",
      email: "mhashimoto-04@example.com",
      name: "Mork Hashimoto",
    },
  },
});
