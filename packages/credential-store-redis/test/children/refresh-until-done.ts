import type { CredentialKey } from "@rak-oauth/core";
import { Redis } from "ioredis";
import { RedisCredentialStore } from "../../src/index.js";

/*
 * Takes the lease of one key again and again and commits, until so many refreshes are on record.
 * A counter in Redis, raised while the lease is held, shows whether anybody else holds it too.
 */
const [url = "", keyText = "", refreshesText = ""] = process.argv.slice(2);
const key = JSON.parse(keyText) as CredentialKey;
const client = new Redis(url);
const store = new RedisCredentialStore({ client });
const done = { commits: 0, refused: 0, overlaps: 0 };

for (;;) {
  const record = await store.read(key);
  const refreshes = Number(record?.fingerprint.split(".", 1)[0]);
  if (!record || refreshes >= Number(refreshesText)) break;
  const { fingerprint } = record;
  const lease = await store.acquireLease(key, { fingerprint, leaseMs: 60_000 });
  if (!lease) continue;
  if ((await client.incr("holders")) !== 1) done.overlaps += 1;
  await client.decr("holders");
  const committed = await store.commit(lease, {
    sealed: Buffer.from(`refresh ${refreshes + 1} of ${process.pid}`),
    keyId: "test",
    fingerprint: `${refreshes + 1}.${process.pid}`,
  });
  if (committed) done.commits += 1;
  else done.refused += 1;
}

client.disconnect();
process.send?.(done);
process.disconnect();
