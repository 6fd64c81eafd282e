import { stripe } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(stripe({ ...registration, scopes: ["read_write"] }), {
  authorizationParameters: {
    scope: "read_write",
  },
  granted: {
    json: {
      token_type: "bearer",
      stripe_publishable_key: "pk_live_1",
      scope: "read_write",
      livemode: true,
      stripe_user_id: "acct_1032D82eZvKYlo2C",
      refresh_token: "rt_1",
      access_token: "sk_acct_1",
    },
    gives: {
      accessToken: "sk_acct_1",
      refreshToken: "rt_1",
      scopes: ["read_write"],
    },
  },
  refreshed: {
    json: {
      token_type: "bearer",
      stripe_publishable_key: "pk_live_1",
      scope: "read_write",
      livemode: true,
      stripe_user_id: "acct_1032D82eZvKYlo2C",
      refresh_token: "rt_1",
      access_token: "sk_acct_2",
    },
    gives: {
      accessToken: "sk_acct_2",
      refreshToken: "rt_1",
      scopes: ["read_write"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Authorization code does not exist: ac_1",
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
      id: "acct_1032D82eZvKYlo2C",
      object: "account",
      email: "shop@example.com",
      business_profile: {
        name: "Corner Shop",
      },
    },
    is: {
      subject: "acct_1032D82eZvKYlo2C",
      email: "shop@example.com",
      name: "Corner Shop",
    },
  },
});
