import { CredentialService, generateKey, parseKeyring, resealCredentials } from "@rak-oauth/core";
import { migrate, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { startPostgres } from "@rak-oauth/test-kit";
import type { Figure } from "../figure.js";
import { inBatches } from "./in-batches.js";
import { sampleCredentials, sampleKey } from "./sample-credentials.js";

const rows = 100_000;

/** How many credentials a second move to a new key on a durable PostgreSQL. */
export async function measureResealing(tell: (line: string) => void): Promise<Figure> {
  const server = await startPostgres({ durable: true, ignoreEnvironment: true });
  const connectionString = server.url;
  await migrate({ connectionString });
  const stores = openPostgresStores({ connectionString });
  try {
    const old = `old:${generateKey()}`;
    const store = stores.credentials;
    const credentials = new CredentialService({ store, keys: parseKeyring(old) });
    tell(`filling ${rows} credentials under an old key`);
    await inBatches(rows, 500, (index) =>
      credentials.storeCredentials(sampleKey(index), sampleCredentials()),
    );
    tell("re-sealing them under a new one");
    const began = performance.now();
    const result = await resealCredentials({
      store,
      keys: parseKeyring(`new:${generateKey()},${old}`),
    });
    const seconds = (performance.now() - began) / 1000;
    if (result.resealed !== rows) throw new Error(`${result.resealed} of ${rows} were re-sealed.`);
    return {
      name: "re-sealing, PostgreSQL",
      value: rows / seconds,
      unit: "rows/s",
      target: { direction: "at least", value: 5000 },
      detail: `${rows} rows in ${seconds.toFixed(1)} s, every batch committed durably`,
    };
  } finally {
    await stores.close();
    await server.stop();
  }
}
