import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { genericOAuth } from "better-auth/plugins";
import { type Contender, client, peer } from "../contender.js";

export const betterAuthPeer: Contender = peer({
  name: "better-auth",
  caches: true,
  remark: "auth.api.getAccessToken on its memory adapter",
  connect({ origin, tokenUrl }, grant) {
    const provider = { providerId: "bench", clientId: client.id, clientSecret: client.secret };
    const { userId } = grant;
    const auth = betterAuth({
      baseURL: origin,
      secret: "a secret of at least thirty-two characters",
      database: memoryAdapter({
        user: [{ id: userId, email: `${userId}@example.com`, name: userId }],
        account: [
          {
            id: `account of ${userId}`,
            userId,
            accountId: userId,
            providerId: provider.providerId,
            accessToken: grant.accessToken,
            refreshToken: grant.refreshToken,
            accessTokenExpiresAt: new Date(grant.expiresAtMs),
          },
        ],
        session: [],
        verification: [],
      }),
      logger: { disabled: true },
      telemetry: { enabled: false },
      plugins: [
        genericOAuth({
          config: [{ ...provider, tokenUrl, authorizationUrl: `${origin}/authorize` }],
        }),
      ],
    });
    const body = { accountId: `account of ${userId}`, userId };
    return async () => (await auth.api.getAccessToken({ body })).accessToken;
  },
});
