import {
  allowInsecureRequests,
  ClientSecretPost,
  Configuration,
  refreshTokenGrant,
} from "openid-client";
import { type Contender, client, peer } from "../contender.js";

export const openidClient: Contender = peer({
  name: "openid-client",
  caches: false,
  remark: "refreshTokenGrant by each caller",
  connect({ origin, tokenUrl }, { refreshToken }) {
    const server = { issuer: origin, token_endpoint: tokenUrl };
    const configuration = new Configuration(server, client.id, {}, ClientSecretPost(client.secret));
    allowInsecureRequests(configuration);
    return async () => (await refreshTokenGrant(configuration, refreshToken)).access_token;
  },
});
