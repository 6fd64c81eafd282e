import {
  type AcquireLeaseOptions,
  assertCredentialKey,
  type ClaimIdleOptions,
  type ClaimOptions,
  type CredentialChange,
  type CredentialKey,
  type CredentialOwner,
  type CredentialPage,
  type CredentialRecord,
  type CredentialStore,
  credentialId,
  type DeleteCredentialOptions,
  type LeasedCredential,
  type ListCredentialsOptions,
  type ListSealedByOtherKeysOptions,
  type RefreshLease,
  type ReleaseLeaseOptions,
  type ResealChange,
  type SealedCredential,
  type StopWatching,
} from "@rak-oauth/core";
import type { ChangeFeed } from "./change-feed.js";
import { type RecordRow, toRecord } from "./credential-row.js";
import * as statements from "./credential-statements.js";
import { listCondition } from "./list-condition.js";
import { query, type RawQueryClient } from "./raw-query-client.js";
import { ReadCoalescer } from "./read-coalescer.js";
import { resealValues } from "./reseal-values.js";
import { type KeyRow, keyValues, ownerCondition, toKey } from "./sql.js";

/** Options of {@link PrismaCredentialStore}. */
export interface PrismaCredentialStoreOptions {
  /** Any `PrismaClient` for a PostgreSQL database that has this package's tables. */
  readonly client: RawQueryClient;
  /** Where changes arrive; left out, the store cannot `watch`. */
  readonly changes?: ChangeFeed | undefined;
}

/**
 * Keeps sealed credentials in PostgreSQL. Each operation is one atomic statement on the database's
 * clock; reads begun in one tick share one.
 */
export class PrismaCredentialStore implements CredentialStore {
  readonly watch?: (listener: (change: CredentialChange) => void) => Promise<StopWatching>;
  readonly #client: RawQueryClient;
  readonly #reads: ReadCoalescer<RecordRow>;

  constructor(options: PrismaCredentialStoreOptions) {
    const { client, changes } = options;
    this.#client = client;
    this.#reads = new ReadCoalescer<RecordRow>({
      readOne: async (id) => (await query<RecordRow>(client, statements.readOne, id))[0],
      readMany: async (ids) => {
        const rows = await query<RecordRow & { id: string }>(client, statements.readMany, ids);
        return new Map(rows.map((row) => [row.id, row]));
      },
    });
    if (changes !== undefined) {
      this.watch = (listener) =>
        changes.subscribe((change) => {
          if (change.kind !== "settled") listener(change);
        });
    }
  }

  async read(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const row = await this.#reads.read(credentialId(key));
    return row && toRecord(key, row);
  }

  async put(key: CredentialKey, credential: SealedCredential): Promise<void> {
    assertCredentialKey(key);
    await this.#query(
      statements.put,
      credentialId(key),
      ...keyValues(key),
      credential.sealed,
      credential.keyId,
      credential.fingerprint,
      boundLifetime(credential),
    );
  }

  async acquireLease(
    key: CredentialKey,
    options: AcquireLeaseOptions,
  ): Promise<LeasedCredential | undefined> {
    const [row] = await this.#query<RecordRow & { fence: number }>(
      statements.acquireLease,
      credentialId(key),
      options.fingerprint,
      options.leaseMs,
    );
    if (!row) return undefined;
    const record = toRecord(key, row);
    return {
      key: record.key,
      fence: row.fence,
      fingerprint: record.fingerprint,
      epoch: record.epoch,
      record,
    };
  }

  async renewLease(lease: RefreshLease, leaseMs: number): Promise<boolean> {
    return this.#did(statements.renewLease, ...heldValues(lease), leaseMs);
  }

  async commit(lease: RefreshLease, credential: SealedCredential): Promise<boolean> {
    return this.#did(
      statements.commit,
      ...heldValues(lease),
      lease.epoch,
      credential.sealed,
      credential.keyId,
      credential.fingerprint,
      boundLifetime(credential),
    );
  }

  async releaseLease(lease: RefreshLease, options: ReleaseLeaseOptions): Promise<boolean> {
    return this.#did(
      statements.releaseLease,
      ...heldValues(lease),
      options.sent,
      options.retryInMs ?? null,
    );
  }

  async requireReauthorization(lease: RefreshLease): Promise<boolean> {
    return this.#did(statements.requireReauthorization, ...heldValues(lease));
  }

  async revoke(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const [row] = await this.#query<RecordRow>(statements.revoke, credentialId(key));
    return row && toRecord(key, row);
  }

  async delete(key: CredentialKey, options: DeleteCredentialOptions = {}): Promise<boolean> {
    return this.#did(statements.deleteOne, credentialId(key), options.fingerprint ?? null);
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const { condition, values } = ownerCondition(owner);
    const [row] = await this.#query<{ count: number }>(
      statements.deleteWhere(condition),
      ...values,
    );
    return row?.count ?? 0;
  }

  async list(options: ListCredentialsOptions): Promise<CredentialPage> {
    const limit = options.limit ?? 100;
    const { condition, values } = listCondition(options);
    const rows = await this.#query<RecordRow & KeyRow & { id: string }>(
      statements.listWhere(condition, `$${values.length + 1}`),
      ...values,
      limit + 1,
    );
    const page = rows.slice(0, limit);
    return {
      records: page.map((row) => toRecord(toKey(row), row)),
      next: rows.length > limit ? page.at(-1)?.id : undefined,
    };
  }

  async claimOrphans(options: ClaimOptions): Promise<readonly CredentialKey[]> {
    return this.#claim(statements.claimOrphans, options);
  }

  async claimIdle(options: ClaimIdleOptions): Promise<readonly CredentialKey[]> {
    return this.#claim(statements.claimIdle, options, options.idleMs);
  }

  async listSealedByOtherKeys(options: ListSealedByOtherKeysOptions): Promise<CredentialPage> {
    const { keyId, limit = 100, after = "." } = options;
    const separator = after.indexOf(".");
    const rows = await this.#query<RecordRow & KeyRow & { id: string; sealedBy: string }>(
      statements.listSealedByOtherKeys,
      keyId,
      limit + 1,
      after.slice(separator + 1),
      after.slice(0, separator),
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      records: page.map((row) => toRecord(toKey(row), row)),
      next: last && `${last.id}.${last.sealedBy}`,
    };
  }

  async countSealedByOtherKeys(keyId: string): Promise<number> {
    const [row] = await this.#query<{ count: number }>(statements.countSealedByOtherKeys, keyId);
    return row?.count ?? 0;
  }

  async reseal(changes: readonly ResealChange[]): Promise<number> {
    if (changes.length === 0) return 0;
    const [row] = await this.#query<{ count: number }>(statements.reseal, ...resealValues(changes));
    return row?.count ?? 0;
  }

  #query<Row>(statement: string, ...values: readonly unknown[]): Promise<readonly Row[]> {
    return query<Row>(this.#client, statement, ...values);
  }

  async #claim(
    statement: string,
    { provider, limit, claimMs }: ClaimOptions,
    ...values: readonly number[]
  ): Promise<readonly CredentialKey[]> {
    const rows = await this.#query<KeyRow>(statement, provider, limit, claimMs, ...values);
    return rows.map(toKey);
  }

  async #did(statement: string, ...values: readonly unknown[]): Promise<boolean> {
    return (await this.#query(statement, ...values)).length > 0;
  }
}

function heldValues(lease: RefreshLease): readonly unknown[] {
  return [credentialId(lease.key), lease.fence, lease.fingerprint];
}

/** A century: what a database can date and JavaScript can read, whatever a provider claims. */
const longestLifetimeMs = 100 * 365 * 24 * 3_600_000;

function boundLifetime({ expiresInMs }: SealedCredential): number | null {
  if (expiresInMs === undefined) return null;
  return Math.max(-longestLifetimeMs, Math.min(expiresInMs, longestLifetimeMs));
}
