import {
  AccessToken,
  CredentialService,
  type CredentialStore,
  defineOAuth2Config,
  MemoryCredentialStore,
  type OAuth2Config,
  type OAuth2Credentials,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";
import { type Contender, client, type Grant, type OpenContender } from "./contender.js";

/** `TokenManager` on the store in memory: for what happens inside one process. */
export const ourMemory: Contender = {
  name: "TokenManager",
  caches: true,
  open: async ({ keyring, tokenUrl }) =>
    openOurs({ store: new MemoryCredentialStore(), keyring, tokenUrl }),
};

/** `TokenManager` on Redis, with its defaults. */
export const ourRedis: Contender = {
  name: "TokenManager on Redis",
  caches: true,
  async open({ redisUrl = "", keyring, tokenUrl }) {
    const redis = new Redis(redisUrl);
    return openOurs({
      store: new RedisCredentialStore({ client: redis }),
      keyring,
      tokenUrl,
      close: async () => redis.disconnect(),
    });
  },
};

/** `TokenManager` on PostgreSQL, with its defaults. */
export const ourPostgres: Contender = {
  name: "TokenManager on PostgreSQL",
  caches: true,
  async open({ postgresUrl = "", keyring, tokenUrl }) {
    const stores = openPostgresStores({ connectionString: postgresUrl });
    return openOurs({
      store: stores.credentials,
      keyring,
      tokenUrl,
      close: () => stores.close(),
    });
  },
};

/** The registration at the token server. */
export function ourConfig(tokenUrl: string): OAuth2Config {
  return defineOAuth2Config({
    provider: "bench",
    clientId: client.id,
    clientSecret: client.secret,
    clientAuthentication: "client_secret_post",
    flow: "refresh_token",
    tokenUrl,
    scopes: ["api.read"],
    allowInsecureLoopback: true,
  });
}

/** A grant as the stores take it. */
export function credentialsOf({
  accessToken,
  refreshToken,
  expiresAtMs,
}: Grant): OAuth2Credentials {
  return {
    accessToken: new AccessToken(accessToken, {
      expiresAt: new Date(expiresAtMs),
      scopes: ["api.read"],
    }),
    refreshToken: new Secret(refreshToken),
    lifetimeSeconds: 3600,
  };
}

interface OpenOursOptions {
  readonly store: CredentialStore;
  readonly keyring: string;
  readonly tokenUrl: string;
  readonly close?: (() => Promise<void>) | undefined;
}

function openOurs(options: OpenOursOptions): OpenContender {
  const credentials = new CredentialService({
    store: options.store,
    keys: parseKeyring(options.keyring),
  });
  const config = ourConfig(options.tokenUrl);
  const tokens = new TokenManager({ config, credentials });
  const { provider } = config;
  return {
    store: (grant) =>
      credentials.storeCredentials({ provider, userId: grant.userId }, credentialsOf(grant)),
    async connect({ userId }) {
      await credentials.read({ provider, userId });
      return async () => (await tokens.getToken({ userId })).secret();
    },
    async close() {
      await tokens.close();
      await options.close?.();
    },
  };
}
