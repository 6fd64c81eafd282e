import type { CredentialService } from "@rak-oauth/core";
import { googleServiceAccount } from "@rak-oauth/oidc-discovery";
import { serviceAccountAssertion, TokenManager } from "@rak-oauth/token-manager";

/** `key` is the content of the key file that Google's console gave. */
export function openServiceAccount(key: string, credentials: CredentialService): TokenManager {
  const scopes = ["https://www.googleapis.com/auth/spreadsheets.readonly"];
  const { config, assertion } = googleServiceAccount({ key, scopes });
  return new TokenManager({ config, credentials, assertion: serviceAccountAssertion(assertion) });
}
