import { type CredentialChange, credentialId } from "@rak-oauth/core";
import { describe, expect, it, vi } from "vitest";
import { openPostgresStores, PrismaCredentialStore } from "../src/index.js";
import { createPrismaClient, usePostgres } from "./postgres-database.js";
import { sealedCredential } from "./stored-credential.js";

const postgres = usePostgres({ private: true });

const patience = { timeout: 60_000, interval: 50 };

describe("ST-02 PostgreSQL killed and started again", () => {
  it("loses nothing that was acknowledged, and the stores recover by themselves", async () => {
    const { url } = postgres();
    const stores = openPostgresStores({ connectionString: url });
    const client = createPrismaClient(url);
    const writers = [stores.credentials, new PrismaCredentialStore({ client })];
    const acknowledged = new Map<string, string>();
    const failures: unknown[] = [];
    let running = true;

    async function write(worker: number): Promise<void> {
      const store = writers[worker % writers.length] as (typeof writers)[0];
      for (let count = 0; running; count += 1) {
        const userId = `${worker}-${count}`;
        const credential = sealedCredential();
        try {
          await store.put({ userId, provider: "example" }, credential);
          acknowledged.set(userId, credential.fingerprint);
        } catch (error) {
          failures.push(error);
        }
      }
    }

    const workers = Array.from({ length: 8 }, (_, worker) => write(worker));
    await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(100), patience);
    await postgres().kill();
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(100), patience);
    const before = acknowledged.size;
    await postgres().restart();
    await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(before + 100), patience);
    running = false;
    await Promise.all(workers);

    expect(new Set(failures.map((failure) => (failure as { code?: string }).code))).toEqual(
      new Set(["store_unavailable"]),
    );
    for (const [index, store] of writers.entries()) {
      const found = await Promise.all(
        [...acknowledged].map(async ([userId, fingerprint]) => {
          const record = await store.read({ userId, provider: "example" });
          return record?.fingerprint === fingerprint;
        }),
      );
      expect(
        found.filter((kept) => !kept),
        `read by client ${index}`,
      ).toEqual([]);
    }
    await stores.close();
    await client.$disconnect();
  });

  it("ST-02 tells watchers to forget everything, and of each change after that", async () => {
    const key = { userId: "watched", provider: "example" };
    const stores = openPostgresStores({ connectionString: postgres().url });
    const changes: CredentialChange[] = [];
    const settled: string[] = [];
    const stop = await stores.credentials.watch?.((change) => changes.push(change));
    await stores.pendingAuthorizations.watch?.((id) => settled.push(id));

    await postgres().restart();
    await vi.waitFor(() => expect(changes).toContainEqual({ kind: "reset" }), patience);
    changes.length = 0;
    await vi.waitFor(() => stores.credentials.put(key, sealedCredential()), patience);
    await vi.waitFor(
      () => expect(changes).toContainEqual({ kind: "changed", id: credentialId(key) }),
      patience,
    );

    await postgres().kill();
    await postgres().restart();
    await vi.waitFor(() => expect(changes).toContainEqual({ kind: "reset" }), patience);
    await vi.waitFor(() => stores.credentials.delete(key), patience);
    await vi.waitFor(
      () => expect(changes).toContainEqual({ kind: "deleted", id: credentialId(key) }),
      patience,
    );
    expect(settled).toEqual([]);
    await stop?.();
    await stores.close();
  });
});
