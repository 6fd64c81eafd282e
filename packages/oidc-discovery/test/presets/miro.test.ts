import { miro } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(miro({ ...registration, scopes: ["boards:read", "boards:write"] }), {
  authorizationParameters: {
    scope: "boards:read boards:write",
  },
  granted: {
    json: {
      token_type: "bearer",
      team_id: "3074457358607431473",
      user_id: "3074457345618265000",
      access_token: "eyJtaXJvLm9yaWdpbiI6ImV1MDEifQ_first",
      refresh_token: "eyJtaXJvLm9yaWdpbiI6ImV1MDEifQ_refresh",
      scope: "boards:read boards:write",
      expires_in: 3599,
    },
    gives: {
      accessToken: "eyJtaXJvLm9yaWdpbiI6ImV1MDEifQ_first",
      refreshToken: "eyJtaXJvLm9yaWdpbiI6ImV1MDEifQ_refresh",
      expiresInSeconds: 3599,
      scopes: ["boards:read", "boards:write"],
    },
  },
  refreshed: {
    json: {
      token_type: "bearer",
      team_id: "3074457358607431473",
      user_id: "3074457345618265000",
      access_token: "eyJtaXJv_next",
      refresh_token: "eyJtaXJv_nextrefresh",
      scope: "boards:read boards:write",
      expires_in: 3599,
    },
    gives: {
      accessToken: "eyJtaXJv_next",
      refreshToken: "eyJtaXJv_nextrefresh",
      expiresInSeconds: 3599,
      scopes: ["boards:read", "boards:write"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Token has been expired or revoked.",
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
      type: "oAuthToken",
      organization: {
        id: "3074457350804038700",
        name: "Acme",
      },
      team: {
        id: "3074457358607431473",
        name: "Sandbox",
      },
      user: {
        id: "3074457345618265000",
        name: "Jane Doe",
      },
    },
    is: {
      subject: "3074457345618265000",
      name: "Jane Doe",
    },
  },
});
