import { type CredentialKey, MissingUserIdError, type OAuth2Config } from "@rak-oauth/core";

/** Whose token. Without a user it is the application's own. */
export type TokenSubject = Omit<CredentialKey, "provider">;

/**
 * What a subject's tokens are kept by.
 *
 * @throws MissingUserIdError when the flow needs a user and none is named.
 */
export function toCredentialKey(
  { provider, flow }: OAuth2Config,
  { tenantId, userId, account }: TokenSubject,
): CredentialKey {
  if (flow === "client_credentials") return { provider };
  if (userId === undefined && flow !== "jwt_bearer") {
    throw new MissingUserIdError(
      `A token of ${provider} belongs to a user, and no userId was given. Pass getToken({ userId }), or use flow "client_credentials" for the application's own.`,
    );
  }
  return { tenantId, userId, provider, account };
}
