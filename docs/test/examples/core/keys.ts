import type { CredentialService } from "@rak-oauth/core";

export async function listAccounts(credentials: CredentialService): Promise<readonly string[]> {
  const connections = await credentials.listConnections({ tenantId: "acme", userId: "alice" });
  return connections.map(({ key, status, account }) => {
    return `${account?.email ?? "an account"} at ${key.provider}: ${status}`;
  });
}
