import { dropbox } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  dropbox({ ...registration, scopes: ["account_info.read", "files.content.read"] }),
  {
    authorizationParameters: {
      token_access_type: "offline",
      scope: "account_info.read files.content.read",
    },
    granted: {
      json: {
        access_token: "sl.abcd1234efg",
        expires_in: 14400,
        token_type: "bearer",
        scope: "account_info.read files.content.read",
        refresh_token: "nBiM85CZALsAAAAAAAAAAQXHBoNpNutK4ngsXHsqW4iGz9tisb3JyjGqikMJIYbd",
        account_id: "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc",
        uid: "12345",
      },
      gives: {
        accessToken: "sl.abcd1234efg",
        refreshToken: "nBiM85CZALsAAAAAAAAAAQXHBoNpNutK4ngsXHsqW4iGz9tisb3JyjGqikMJIYbd",
        expiresInSeconds: 14400,
        scopes: ["account_info.read", "files.content.read"],
      },
    },
    refreshed: {
      json: { access_token: "sl.next", expires_in: 14400, token_type: "bearer" },
      gives: {
        accessToken: "sl.next",
        refreshToken: "nBiM85CZALsAAAAAAAAAAQXHBoNpNutK4ngsXHsqW4iGz9tisb3JyjGqikMJIYbd",
        expiresInSeconds: 14400,
        scopes: ["account_info.read", "files.content.read"],
      },
    },
    refusals: [
      {
        name: "a refresh token that is dead",
        kind: "terminal",
        status: 400,
        json: { error: "invalid_grant", error_description: "refresh token is malformed" },
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
        account_id: "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc",
        email: "franz@example.com",
        name: { display_name: "Franz Ferdinand (Personal)", given_name: "Franz" },
      },
      is: {
        subject: "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc",
        email: "franz@example.com",
        name: "Franz Ferdinand (Personal)",
      },
    },
    revocation: {
      status: 200,
      requests: [
        {
          method: "POST",
          url: "https://api.dropboxapi.com/2/auth/token/revoke",
          body: {},
          authorization: "Bearer",
        },
      ],
      accessToken: "revoked",
      refreshToken: "unsupported",
    },
  },
);
