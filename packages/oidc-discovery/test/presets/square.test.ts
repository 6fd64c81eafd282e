import { square } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(square({ ...registration, scopes: ["MERCHANT_PROFILE_READ", "PAYMENTS_READ"] }), {
  authorizationParameters: {
    scope: "MERCHANT_PROFILE_READ PAYMENTS_READ",
    session: "false",
  },
  granted: {
    json: {
      access_token: "ACCESS_TOKEN",
      token_type: "bearer",
      expires_at: "2026-12-26T08:00:00Z",
      merchant_id: "MERCHANT_ID",
      refresh_token: "REFRESH_TOKEN",
      short_lived: false,
    },
    gives: {
      accessToken: "ACCESS_TOKEN",
      refreshToken: "REFRESH_TOKEN",
      scopes: ["MERCHANT_PROFILE_READ", "PAYMENTS_READ"],
      expiresInSeconds: 2592000,
    },
  },
  refreshed: {
    json: {
      access_token: "NEXT_ACCESS_TOKEN",
      token_type: "bearer",
      expires_at: "2026-12-26T08:00:00Z",
      merchant_id: "MERCHANT_ID",
      refresh_token: "REFRESH_TOKEN",
      short_lived: false,
    },
    gives: {
      accessToken: "NEXT_ACCESS_TOKEN",
      refreshToken: "REFRESH_TOKEN",
      scopes: ["MERCHANT_PROFILE_READ", "PAYMENTS_READ"],
      expiresInSeconds: 2592000,
    },
  },
  refusals: [
    {
      name: "a refusal in words of its own",
      kind: "transient",
      status: 401,
      json: {
        message: "Not Authorized",
        type: "service.not_authorized",
      },
    },
  ],
  account: {
    json: {
      merchant: {
        id: "DM7VKY8Q63GNP",
        business_name: "Apple A Day",
        country: "US",
      },
    },
    is: {
      subject: "DM7VKY8Q63GNP",
      name: "Apple A Day",
    },
  },
});
