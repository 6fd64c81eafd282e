import { type AuthorizationFailure, isOAuth2Error } from "@rak-oauth/core";

/** The one word for what ended a flow: our own, the provider's, or what the error says itself. */
export function toFailure(error: unknown): AuthorizationFailure {
  if (!isOAuth2Error(error)) return "server_error";
  if (error.code === "authorization_failed" && "failure" in error) {
    return error.failure as AuthorizationFailure;
  }
  return error.code === "token_request_failed" ? "provider_error" : "server_error";
}
