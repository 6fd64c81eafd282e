import { AuthorizationCode } from "simple-oauth2";
import { type Contender, client, peer } from "../contender.js";

export const simpleOauth2: Contender = peer({
  name: "simple-oauth2",
  caches: true,
  remark: "expired() and refresh()",
  connect({ origin }, grant) {
    const code = new AuthorizationCode({
      client,
      auth: { tokenHost: origin, tokenPath: "/token" },
    });
    let token = code.createToken({
      access_token: grant.accessToken,
      refresh_token: grant.refreshToken,
      expires_at: new Date(grant.expiresAtMs).toISOString(),
    });
    return async () => {
      if (token.expired()) token = await token.refresh();
      return String(token.token["access_token"]);
    };
  },
});
