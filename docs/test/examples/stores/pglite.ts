import { join } from "node:path";
import { CredentialService, loadKeyring } from "@rak-oauth/core";
import type { OpenStores } from "@rak-oauth/credential-store-prisma";
import { openEmbeddedStores } from "@rak-oauth/credential-store-prisma/embedded";

export interface Storage {
  readonly credentials: CredentialService;
  readonly stores: OpenStores;
}

export async function openStorage(folder: string): Promise<Storage> {
  const stores = await openEmbeddedStores({ folder });
  const { keys, warnings } = await loadKeyring({ developmentKeyFile: join(folder, "key") });
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  return { credentials: new CredentialService({ store: stores.credentials, keys }), stores };
}
