import { discord } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(discord({ ...registration, scopes: ["identify", "bot"], permissions: "2048" }), {
  authorizationParameters: { scope: "identify bot", permissions: "2048" },
  granted: {
    json: {
      access_token: "6qrZcUqja7812RVdnEKjpzOL4CvHBFG",
      token_type: "Bearer",
      expires_in: 604800,
      refresh_token: "D43f5y0ahjqew82jZ4NViEr2YafMKhue",
      scope: "identify",
    },
    gives: {
      accessToken: "6qrZcUqja7812RVdnEKjpzOL4CvHBFG",
      refreshToken: "D43f5y0ahjqew82jZ4NViEr2YafMKhue",
      expiresInSeconds: 604800,
      scopes: ["identify"],
    },
  },
  refreshed: {
    json: {
      access_token: "next",
      token_type: "Bearer",
      expires_in: 604800,
      refresh_token: "next-refresh",
      scope: "identify",
    },
    gives: {
      accessToken: "next",
      refreshToken: "next-refresh",
      expiresInSeconds: 604800,
      scopes: ["identify"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant" },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: { error: "invalid_client" },
    },
  ],
  account: {
    json: {
      id: "80351110224678912",
      username: "Nelly",
      discriminator: "1337",
      email: "nelly@example.com",
      verified: true,
    },
    is: { subject: "80351110224678912", email: "nelly@example.com", name: "Nelly" },
  },
  revocation: {
    json: {},
    requests: [
      {
        method: "POST",
        url: "https://discord.com/api/oauth2/token/revoke",
        body: { token: "D43f5y0ahjqew82jZ4NViEr2YafMKhue" },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://discord.com/api/oauth2/token/revoke",
        body: { token: "6qrZcUqja7812RVdnEKjpzOL4CvHBFG" },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});
