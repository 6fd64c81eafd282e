import { type AccessToken, OAuth2Error, TokenRequestError } from "@rak-oauth/core";
import { genericGrantRequest } from "openid-client";
import type { ProviderClient, SendGrant } from "./provider-client.js";

/**
 * How a provider without refresh tokens gives a newer access token: a living one is exchanged.
 *
 * @throws TokenRequestError of kind `terminal` when it lives no more.
 */
export function exchangeLivingToken(client: ProviderClient, accessToken: AccessToken): SendGrant {
  const { provider, quirks } = client.config;
  const { accessTokenExchange: exchange } = quirks;
  if (exchange === undefined) {
    throw new OAuth2Error(
      "token_request_failed",
      `There is no refresh token for ${provider}; the user has to authorize again.`,
    );
  }
  const expiresAt = accessToken.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (expiresAt <= client.clock.now()) {
    throw new TokenRequestError(
      `The access token of ${provider} has expired, and only a living one can be exchanged; the user has to authorize again.`,
      { provider, kind: "terminal" },
    );
  }
  return (configuration, parameters, dpop) => {
    parameters.set(exchange.tokenParameter, accessToken.secret());
    return genericGrantRequest(configuration, exchange.grantType, parameters, dpop);
  };
}
