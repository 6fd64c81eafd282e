import { github } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(github({ ...registration }), {
  authorizationParameters: {},
  granted: {
    form: {
      access_token: "ghu_16C7e42F292c6912E7710c838347Ae178B4a",
      expires_in: "28800",
      refresh_token:
        "ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498",
      refresh_token_expires_in: "15811200",
      scope: "",
      token_type: "bearer",
    },
    gives: {
      accessToken: "ghu_16C7e42F292c6912E7710c838347Ae178B4a",
      refreshToken:
        "ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498",
      expiresInSeconds: 28_800,
      scopes: [],
    },
  },
  refreshed: {
    json: {
      access_token: "ghu_next",
      expires_in: 28800,
      refresh_token: "ghr_next",
      refresh_token_expires_in: 15811200,
      scope: "",
      token_type: "bearer",
    },
    gives: {
      accessToken: "ghu_next",
      refreshToken: "ghr_next",
      expiresInSeconds: 28_800,
      scopes: [],
    },
  },
  refusals: [
    {
      name: "a spent refresh token, refused with status 200,",
      kind: "terminal",
      json: { error: "bad_refresh_token", error_description: "The refresh token is invalid." },
    },
    {
      name: "a wrong client secret, refused with status 200,",
      kind: "configuration",
      json: { error: "incorrect_client_credentials" },
    },
  ],
  account: {
    json: { login: "octocat", id: 1, name: "monalisa octocat", email: "octocat@github.com" },
    is: { subject: "1", email: "octocat@github.com", name: "octocat" },
  },
  revocation: {
    status: 204,
    requests: [
      {
        method: "DELETE",
        url: "https://api.github.com/applications/client-1/grant",
        authorization: "Basic",
        body: { access_token: "ghu_16C7e42F292c6912E7710c838347Ae178B4a" },
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});
