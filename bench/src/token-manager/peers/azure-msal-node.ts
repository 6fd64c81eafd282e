import {
  ConfidentialClientApplication,
  type INetworkModule,
  type NetworkResponse,
  ProtocolMode,
} from "@azure/msal-node";
import { type Contender, client, type Grant, peer } from "../contender.js";

const host = "as.example";
const authority = `https://${host}/bench/`;
const scope = "api.read";

export const azureMsalNode: Contender = peer({
  name: "@azure/msal-node",
  caches: true,
  remark: "acquireTokenSilent; it takes https only, so its networkClient leads to the server",
  async connect({ tokenUrl }, grant) {
    const application = new ConfidentialClientApplication({
      auth: {
        clientId: client.id,
        clientSecret: client.secret,
        authority,
        knownAuthorities: [host],
        authorityMetadata: JSON.stringify({
          issuer: authority,
          authorization_endpoint: `${authority}authorize`,
          token_endpoint: `${authority}token`,
          jwks_uri: `${authority}keys`,
        }),
      },
      system: { networkClient: networkTo(tokenUrl), protocolMode: ProtocolMode.OIDC },
    });
    const cache = application.getTokenCache();
    cache.deserialize(cachedGrant(grant));
    const account = (await cache.getAllAccounts())[0];
    if (account === undefined) throw new Error("msal-node did not take the account.");
    return async () =>
      (await application.acquireTokenSilent({ account, scopes: [scope] })).accessToken;
  },
});

function networkTo(tokenUrl: string): INetworkModule {
  return {
    sendGetRequestAsync: () => Promise.reject(new Error("Nothing is to be discovered.")),
    async sendPostRequestAsync<T>(
      _url: string,
      options?: { readonly headers?: Record<string, string>; readonly body?: string },
    ): Promise<NetworkResponse<T>> {
      const response = await fetch(tokenUrl, { method: "POST", ...options });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: (await response.json()) as T,
      };
    },
  };
}

/** Its persistent cache's form of what a consent gave. */
function cachedGrant(grant: Grant): string {
  const { userId, accessToken, refreshToken, expiresAtMs } = grant;
  const owner = { home_account_id: userId, environment: host, realm: "bench" };
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  return JSON.stringify({
    Account: {
      [`${userId}-${host}-bench`]: {
        ...owner,
        local_account_id: userId,
        username: userId,
        authority_type: "Generic",
      },
    },
    IdToken: {},
    AccessToken: {
      [`${userId}-${host}-accesstoken-${client.id}-bench-${scope}-`]: {
        ...owner,
        credential_type: "AccessToken",
        client_id: client.id,
        secret: accessToken,
        target: scope,
        cached_at: seconds(Date.now() - 3_600_000),
        expires_on: seconds(expiresAtMs),
        extended_expires_on: seconds(expiresAtMs),
        token_type: "Bearer",
      },
    },
    RefreshToken: {
      [`${userId}-${host}-refreshtoken-${client.id}---`]: {
        home_account_id: userId,
        environment: host,
        credential_type: "RefreshToken",
        client_id: client.id,
        secret: refreshToken,
      },
    },
    AppMetadata: {},
  });
}
