import { auth, type OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { type Contender, client, peer } from "../contender.js";

export const mcpSdk: Contender = peer({
  name: "@modelcontextprotocol/sdk",
  caches: false,
  remark: "auth() by each caller, as its transports do on a 401; discovery done before",
  connect({ origin, tokenUrl }, grant) {
    let tokens: OAuthTokens = {
      access_token: grant.accessToken,
      refresh_token: grant.refreshToken,
      token_type: "Bearer",
      issuer: origin,
    };
    const provider: OAuthClientProvider = {
      redirectUrl: "http://127.0.0.1/callback",
      clientMetadata: { redirect_uris: ["http://127.0.0.1/callback"] },
      clientInformation: () => ({
        client_id: client.id,
        client_secret: client.secret,
        issuer: origin,
      }),
      tokens: () => tokens,
      saveTokens: (saved) => {
        tokens = saved;
      },
      redirectToAuthorization: () => undefined,
      saveCodeVerifier: () => undefined,
      codeVerifier: () => "",
      discoveryState: () => ({
        authorizationServerUrl: origin,
        resourceMetadata: { resource: origin },
        authorizationServerMetadata: {
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: tokenUrl,
          response_types_supported: ["code"],
          code_challenge_methods_supported: ["S256"],
        },
      }),
    };
    return async () => {
      const result = await auth(provider, { serverUrl: origin });
      if (result !== "AUTHORIZED") throw new Error("The user would have to authorize again.");
      return tokens.access_token;
    };
  },
});
