import { digitalocean } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(digitalocean({ ...registration, scopes: ["read", "write"] }), {
  authorizationParameters: {
    scope: "read write",
  },
  granted: {
    json: {
      access_token: "doo_v1_547cac21118ae7",
      token_type: "bearer",
      expires_in: 2592000,
      refresh_token: "dor_v1_00a3aae641658d",
      scope: "read write",
      info: {
        name: "Sammy the Shark",
        email: "sammy@example.com",
        uuid: "e028b1b918853eca7fba208a9d7e9d29a6e93c57",
      },
    },
    gives: {
      accessToken: "doo_v1_547cac21118ae7",
      refreshToken: "dor_v1_00a3aae641658d",
      expiresInSeconds: 2592000,
      scopes: ["read", "write"],
    },
  },
  refreshed: {
    json: {
      access_token: "doo_v1_next",
      token_type: "bearer",
      expires_in: 2592000,
      refresh_token: "dor_v1_next",
      scope: "read write",
      info: {
        name: "Sammy the Shark",
        email: "sammy@example.com",
        uuid: "e028b1b918853eca7fba208a9d7e9d29a6e93c57",
      },
    },
    gives: {
      accessToken: "doo_v1_next",
      refreshToken: "dor_v1_next",
      expiresInSeconds: 2592000,
      scopes: ["read", "write"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "The provided authorization grant is invalid, expired, revoked.",
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
      account: {
        email: "sammy@example.com",
        name: "Sammy the Shark",
        uuid: "b6fr89dbf6d9156cace5f3c78dc9851d957381ef",
        status: "active",
      },
    },
    is: {
      subject: "b6fr89dbf6d9156cace5f3c78dc9851d957381ef",
      email: "sammy@example.com",
      name: "Sammy the Shark",
    },
  },
});
