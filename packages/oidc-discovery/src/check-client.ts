import {
  AccessToken,
  isOAuth2Error,
  type OAuth2Config,
  Secret,
  type TokenRequestError,
} from "@rak-oauth/core";
import type { Finding, TriedTokenEndpoint } from "./diagnose.js";

/** A server proves the client before it looks at the token, which is nobody's. */
export async function checkClient(
  config: OAuth2Config,
  tokenEndpoint: TriedTokenEndpoint,
): Promise<Finding> {
  const check = "client";
  const { clientId, clientAuthentication, displayName } = config;
  try {
    await tokenEndpoint.refresh({
      accessToken: new AccessToken("made-up-by-diagnose"),
      refreshToken: new Secret("made-up-by-diagnose"),
    });
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    const { kind, error: code } = error as Partial<TokenRequestError>;
    if (code === "invalid_grant" || kind === "terminal") {
      return {
        level: "ok",
        check,
        message: `${displayName} knows the client ${clientId} and accepts its ${clientAuthentication}.`,
      };
    }
    if (code === "invalid_client") {
      return {
        level: "error",
        check,
        message: `${displayName} does not accept the client ${clientId} by ${clientAuthentication} (invalid_client). Compare client id and secret with those in the provider's console, and the way the client was registered for with clientAuthentication.`,
      };
    }
    if (code === "unauthorized_client" || code === "unsupported_grant_type") {
      return {
        level: config.flow === "authorization_code" ? "warning" : "ok",
        check,
        message: `${displayName} gives the client ${clientId} no refresh tokens (${code}). Where users are to stay connected, allow the refresh token grant in the provider's console.`,
      };
    }
    return {
      level: kind === "configuration" ? "error" : "warning",
      check,
      message: `Whether ${displayName} knows the client ${clientId} could not be found out. ${error.message}`,
    };
  }
  return {
    level: "warning",
    check,
    message: `${displayName} gave a token for a made-up refresh token, so nothing is known of the client. Check tokenUrl ${config.tokenUrl}: it does not behave as a token endpoint.`,
  };
}
