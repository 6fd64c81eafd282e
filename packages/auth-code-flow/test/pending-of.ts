import type { PendingAuthorization } from "../src/index.js";

/** A flow for this user, as verifiers see it. */
export function pendingOf(key: {
  readonly tenantId?: string;
  readonly userId: string;
}): PendingAuthorization {
  return {
    id: "id",
    key: { ...key, provider: "example" },
    displayName: "Example",
    scopes: [],
    returnTo: undefined,
  };
}
