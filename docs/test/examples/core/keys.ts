import type { CredentialService } from "@rak-oauth/core";

export async function listAccounts(credentials: CredentialService): Promise<readonly string[]> {
  const connections = await credentials.listConnections({ tenantId: "acme", userId: "alice" });
  return connections.map(({ key, status, account }) => {
    const name = account?.email ?? key.account ?? "an account";
    return `${name} at ${key.provider}: ${status}`;
  });
}

/** Forgets all of a user who left; to revoke the tokens as well, see `TokenManager.disconnect`. */
export function forget(credentials: CredentialService, userId: string): Promise<number> {
  return credentials.deleteAllCredentials({ tenantId: "acme", userId });
}
