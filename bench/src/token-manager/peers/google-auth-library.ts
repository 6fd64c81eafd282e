import { OAuth2Client } from "google-auth-library";
import { type Contender, client, peer } from "../contender.js";

export const googleAuthLibrary: Contender = peer({
  name: "google-auth-library",
  caches: true,
  remark: "one OAuth2Client for the user",
  connect({ tokenUrl }, grant) {
    const google = new OAuth2Client({
      clientId: client.id,
      clientSecret: client.secret,
      endpoints: { oauth2TokenUrl: tokenUrl },
    });
    google.setCredentials({
      access_token: grant.accessToken,
      refresh_token: grant.refreshToken,
      expiry_date: grant.expiresAtMs,
    });
    return async () => (await google.getAccessToken()).token ?? "";
  },
});
