import {
  allowInsecureRequests,
  ClientSecretPost,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
} from "oauth4webapi";
import { type Contender, client, peer } from "../contender.js";

export const oauth4webapi: Contender = peer({
  name: "oauth4webapi",
  caches: false,
  remark: "refreshTokenGrantRequest by each caller",
  connect({ origin, tokenUrl }, { refreshToken }) {
    const server = { issuer: origin, token_endpoint: tokenUrl };
    const self = { client_id: client.id };
    return async () => {
      const response = await refreshTokenGrantRequest(
        server,
        self,
        ClientSecretPost(client.secret),
        refreshToken,
        { [allowInsecureRequests]: true },
      );
      return (await processRefreshTokenResponse(server, self, response)).access_token;
    };
  },
});
