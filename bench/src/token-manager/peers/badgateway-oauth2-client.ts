import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import { type Contender, client, peer } from "../contender.js";

export const badgatewayOauth2Client: Contender = peer({
  name: "@badgateway/oauth2-client",
  caches: true,
  remark: "one OAuth2Fetch for the user",
  connect({ tokenUrl }, grant) {
    const wrapper = new OAuth2Fetch({
      client: new OAuth2Client({
        clientId: client.id,
        clientSecret: client.secret,
        tokenEndpoint: tokenUrl,
      }),
      getNewToken: () => null,
      getStoredToken: () => ({
        accessToken: grant.accessToken,
        refreshToken: grant.refreshToken,
        expiresAt: grant.expiresAtMs,
      }),
      scheduleRefresh: false,
    });
    return () => wrapper.getAccessToken();
  },
});
