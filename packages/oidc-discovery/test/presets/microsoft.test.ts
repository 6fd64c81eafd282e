import { microsoft } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  microsoft({
    ...registration,
    tenant: "contoso.onmicrosoft.com",
    scopes: ["Mail.Read", "User.Read"],
  }),
  {
    authorizationParameters: { scope: "Mail.Read User.Read offline_access" },
    granted: {
      json: {
        access_token: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
        token_type: "Bearer",
        expires_in: 3599,
        scope: "Mail.Read User.Read",
        refresh_token: "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
      },
      gives: {
        accessToken: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
        refreshToken: "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
        expiresInSeconds: 3599,
        scopes: ["Mail.Read", "User.Read"],
      },
    },
    refreshed: {
      json: {
        access_token: "next",
        token_type: "Bearer",
        expires_in: 3599,
        scope: "Mail.Read User.Read",
        refresh_token: "next-refresh",
      },
      gives: {
        accessToken: "next",
        refreshToken: "next-refresh",
        expiresInSeconds: 3599,
        scopes: ["Mail.Read", "User.Read"],
      },
    },
    refusals: [
      {
        name: "a refresh token that was revoked",
        kind: "terminal",
        status: 400,
        json: { error: "invalid_grant", error_codes: [50173] },
      },
      {
        name: "a wrong client secret",
        kind: "configuration",
        status: 401,
        json: { error: "invalid_client", error_codes: [7000215] },
      },
    ],
    account: {
      json: {
        sub: "OLu859SGc2Sr9ZsqbkG-QbeLgJlb41KcdiPoLYNpSFA",
        name: "Mikah Ollenburg",
        email: "mikoll@example.com",
      },
      is: {
        subject: "OLu859SGc2Sr9ZsqbkG-QbeLgJlb41KcdiPoLYNpSFA",
        name: "Mikah Ollenburg",
        email: "mikoll@example.com",
      },
    },
  },
);
