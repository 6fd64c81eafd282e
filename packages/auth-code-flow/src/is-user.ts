import type { CredentialKey } from "@rak-oauth/core";

/** Who is signed in to the application. */
export interface SessionUser {
  readonly userId: string;
  /** The tenant the user belongs to, in applications that have tenants. */
  readonly tenantId?: string | undefined;
}

/** Tells whether this is the user of a flow, in the same tenant; a text is a user without tenant. */
export function isUser(
  { tenantId, userId }: CredentialKey,
  user: SessionUser | string | undefined,
): boolean {
  const found = typeof user === "string" ? { userId: user } : user;
  return (
    found !== undefined &&
    found !== null &&
    userId !== undefined &&
    found.userId === userId &&
    found.tenantId === tenantId
  );
}
