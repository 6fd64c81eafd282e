import { figma } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(figma({ ...registration, scopes: ["file_content:read", "current_user:read"] }), {
  authorizationParameters: {
    scope: "file_content:read,current_user:read",
  },
  granted: {
    json: {
      user_id_string: "1234567890",
      access_token: "figu_first",
      token_type: "bearer",
      expires_in: 7776000,
      refresh_token: "figur_1",
    },
    gives: {
      accessToken: "figu_first",
      refreshToken: "figur_1",
      expiresInSeconds: 7776000,
      scopes: ["file_content:read", "current_user:read"],
    },
  },
  refreshed: {
    json: {
      access_token: "figu_next",
      token_type: "bearer",
      expires_in: 7776000,
    },
    gives: {
      accessToken: "figu_next",
      refreshToken: "figur_1",
      expiresInSeconds: 7776000,
      scopes: ["file_content:read", "current_user:read"],
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
      name: "a refusal in words of its own",
      kind: "transient",
      status: 400,
      json: {
        status: 400,
        err: "Invalid client id or secret",
        i18n: null,
      },
    },
  ],
  account: {
    json: {
      id: "2602",
      email: "jane@example.com",
      handle: "Jane",
      img_url: "https://www.example.com/jane.png",
    },
    is: {
      subject: "2602",
      email: "jane@example.com",
      name: "Jane",
    },
  },
});
