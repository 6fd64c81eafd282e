import { notion } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(notion({ ...registration }), {
  authorizationParameters: { owner: "user" },
  granted: {
    json: {
      access_token: "ntn_1",
      token_type: "bearer",
      refresh_token: "nrt_1",
      bot_id: "b3414d65-1224-4f1a-9a6f-cc9d8773d328",
      workspace_id: "3c90c3cc-0d44-4b50-8888-8dd25736052a",
      workspace_name: "Acme",
      owner: { type: "user" },
    },
    gives: { accessToken: "ntn_1", refreshToken: "nrt_1", scopes: [] },
  },
  refreshed: {
    json: {
      access_token: "ntn_2",
      token_type: "bearer",
      refresh_token: "nrt_2",
      bot_id: "b3414d65-1224-4f1a-9a6f-cc9d8773d328",
      workspace_id: "3c90c3cc-0d44-4b50-8888-8dd25736052a",
      workspace_name: "Acme",
      owner: { type: "user" },
    },
    gives: { accessToken: "ntn_2", refreshToken: "nrt_2", scopes: [] },
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
      object: "user",
      id: "16d84278-ab0e-484c-9bdd-b35da3bd8905",
      type: "bot",
      name: "pied piper",
      bot: {
        owner: {
          type: "user",
          user: {
            object: "user",
            id: "5389a034-eb5c-47b5-8a9e-f79c99ef166c",
            name: "christine",
            type: "person",
            person: { email: "christine@example.com" },
          },
        },
      },
    },
    is: {
      subject: "5389a034-eb5c-47b5-8a9e-f79c99ef166c",
      email: "christine@example.com",
      name: "christine",
    },
  },
  revocation: {
    json: { request_id: "3c90c3cc-0d44-4b50-8888-8dd25736052a" },
    requests: [
      {
        method: "POST",
        url: "https://api.notion.com/v1/oauth/revoke",
        body: { token: "ntn_1" },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});
