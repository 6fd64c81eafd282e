import type { CredentialKey } from "@rak-oauth/core";
import { openPostgresStores } from "../../src/index.js";

/*
 * Takes the lease of one key again and again and commits, until so many refreshes are on record.
 * The numbered fingerprints show whether two ever refreshed from the same record.
 */
const [connectionString = "", keyText = "", refreshesText = ""] = process.argv.slice(2);
const key = JSON.parse(keyText) as CredentialKey;
const stores = openPostgresStores({ connectionString });
const store = stores.credentials;
const done = { spent: [] as string[], refused: 0 };

for (;;) {
  const record = await store.read(key);
  const refreshes = Number(record?.fingerprint.split(".", 1)[0]);
  if (!record || refreshes >= Number(refreshesText)) break;
  const { fingerprint } = record;
  const lease = await store.acquireLease(key, { fingerprint, leaseMs: 60_000 });
  if (!lease) continue;
  done.spent.push(fingerprint);
  const committed = await store.commit(lease, {
    sealed: Buffer.from(`refresh ${refreshes + 1} of ${process.pid}`),
    keyId: "test",
    fingerprint: `${refreshes + 1}.${process.pid}`,
  });
  if (!committed) done.refused += 1;
}

await stores.close();
process.send?.(done, () => process.disconnect());
