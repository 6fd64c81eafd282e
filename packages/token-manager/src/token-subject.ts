import type { CredentialKey } from "@rak-oauth/core";

/** Whose token. Without a user it is the application's own. */
export type TokenSubject = Omit<CredentialKey, "provider">;
