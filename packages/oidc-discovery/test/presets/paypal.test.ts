import { paypal } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(paypal({ ...registration, scopes: ["openid", "email"] }), {
  authorizationParameters: {
    scope: "openid email",
    flowEntry: "static",
  },
  granted: {
    json: {
      scope: "openid email",
      access_token: "A21AAFirst",
      token_type: "Bearer",
      expires_in: 28800,
      refresh_token: "R23AAF9a",
      nonce: "2026-11-26T08:00:00Z",
    },
    gives: {
      accessToken: "A21AAFirst",
      refreshToken: "R23AAF9a",
      expiresInSeconds: 28800,
      scopes: ["openid", "email"],
    },
  },
  refreshed: {
    json: {
      scope: "openid email",
      access_token: "A21AANext",
      token_type: "Bearer",
      expires_in: 28800,
      nonce: "2026-11-26T16:00:00Z",
    },
    gives: {
      accessToken: "A21AANext",
      refreshToken: "R23AAF9a",
      expiresInSeconds: 28800,
      scopes: ["openid", "email"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Invalid refresh token",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: {
        error: "invalid_client",
        error_description: "Client Authentication failed",
      },
    },
  ],
  account: {
    json: {
      user_id: "https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ",
      name: "Alan Tan",
      email: "alan@example.com",
    },
    is: {
      subject: "https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ",
      email: "alan@example.com",
      name: "Alan Tan",
    },
  },
});
