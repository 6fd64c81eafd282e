import { google } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

const calendar = "https://www.googleapis.com/auth/calendar.readonly";

describeProvider(google({ ...registration, scopes: ["openid", calendar] }), {
  authorizationParameters: {
    scope: `openid ${calendar}`,
    access_type: "offline",
    prompt: "consent",
  },
  granted: {
    json: {
      access_token: "1/fFAGRNJru1FTz70BzhT3Zg",
      expires_in: 3920,
      token_type: "Bearer",
      scope: `${calendar} openid`,
      refresh_token: "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI",
    },
    idTokenClaims: { sub: "10769150350006150715113082367", email: "jsmith@example.com" },
    gives: {
      accessToken: "1/fFAGRNJru1FTz70BzhT3Zg",
      refreshToken: "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI",
      expiresInSeconds: 3920,
      scopes: [calendar, "openid"],
    },
  },
  refreshed: {
    json: {
      access_token: "1/fFAGRNJru1FTz70BzhT3Zh",
      expires_in: 3920,
      scope: `${calendar} openid`,
      token_type: "Bearer",
    },
    gives: {
      accessToken: "1/fFAGRNJru1FTz70BzhT3Zh",
      refreshToken: "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI",
      expiresInSeconds: 3920,
      scopes: [calendar, "openid"],
    },
  },
  refusals: [
    {
      name: "a refresh token that was revoked",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant", error_description: "Token has been expired or revoked." },
    },
    {
      name: "a client that was deleted",
      kind: "configuration",
      status: 401,
      json: { error: "deleted_client" },
    },
  ],
  revocation: {
    status: 200,
    json: {},
    requests: [
      {
        method: "POST",
        url: "https://oauth2.googleapis.com/revoke",
        body: { token: "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI" },
      },
      {
        method: "POST",
        url: "https://oauth2.googleapis.com/revoke",
        body: { token: "1/fFAGRNJru1FTz70BzhT3Zg" },
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
