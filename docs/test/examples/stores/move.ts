import type { CredentialService } from "@rak-oauth/core";

/** Copies a tenant's credentials, sealed anew, while no process refreshes; tells how many. */
export async function moveTenant(
  from: CredentialService,
  to: CredentialService,
  tenantId?: string,
): Promise<number> {
  let moved = 0;
  for await (const { key } of from.listTenantConnections({ tenantId })) {
    const stored = await from.read(key);
    if (stored?.status !== "active") continue;
    await to.storeCredentials(key, stored.credentials);
    moved += 1;
  }
  return moved;
}
