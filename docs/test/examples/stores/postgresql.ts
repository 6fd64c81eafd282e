import { CredentialService, loadKeyring } from "@rak-oauth/core";
import { migrate, type OpenStores, openPostgresStores } from "@rak-oauth/credential-store-prisma";

export interface Storage {
  readonly credentials: CredentialService;
  /** For `AuthorizationCodeFlow` and `CallResumption`; `close()` when the program ends. */
  readonly stores: OpenStores;
}

export async function openStorage(connectionString: string): Promise<Storage> {
  await migrate({ connectionString });
  const stores = openPostgresStores({ connectionString, maximumConnections: 5 });
  const { keys } = await loadKeyring();
  return { credentials: new CredentialService({ store: stores.credentials, keys }), stores };
}
