import {
  assertCredentialKey,
  type CredentialOwner,
  type ExpireHeldOptions,
  type HoldPendingAuthorizationOptions,
  OAuth2Error,
  type OpenPendingAuthorizationOptions,
  type PendingAuthorizationOutcome,
  type PendingAuthorizationRecord,
  type PendingAuthorizationStatus,
  type PendingAuthorizationStore,
  type SealedBytes,
  type SealedPendingAuthorization,
  type StopWatching,
  StoreUnavailableError,
} from "@rak-oauth/core";
import type { ChangeFeed } from "./change-feed.js";
import * as statements from "./pending-authorization-statements.js";
import { query, type RawQueryClient } from "./raw-query-client.js";
import { type KeyRow, keyValues, ownerCondition, toKey } from "./sql.js";

/** Options of {@link PrismaPendingAuthorizationStore}. */
export interface PrismaPendingAuthorizationStoreOptions {
  /** Any `PrismaClient` for a PostgreSQL database that has this package's tables. */
  readonly client: RawQueryClient;
  /** Where changes arrive; left out, the store cannot `watch`. */
  readonly changes?: ChangeFeed | undefined;
}

interface PendingRow extends KeyRow {
  readonly id: string;
  readonly stateHash: string;
  readonly joinKey: string;
  readonly sealed: Uint8Array;
  readonly keyId: string;
  readonly status: string;
  readonly failure: string | null;
  readonly expiresAt: number;
  readonly storeTime: number;
}

const openAttempts = 10;

/** Keeps started browser flows in PostgreSQL; each operation is one atomic statement. */
export class PrismaPendingAuthorizationStore implements PendingAuthorizationStore {
  readonly watch?: (listener: (id: string) => void) => Promise<StopWatching>;
  readonly #client: RawQueryClient;

  constructor(options: PrismaPendingAuthorizationStoreOptions) {
    const { client, changes } = options;
    this.#client = client;
    if (changes !== undefined) {
      this.watch = (listener) =>
        changes.subscribe((change) => {
          if (change.kind === "settled") listener(change.id);
        });
    }
  }

  async open(
    authorization: SealedPendingAuthorization,
    options: OpenPendingAuthorizationOptions,
  ): Promise<PendingAuthorizationRecord> {
    assertCredentialKey(authorization.key);
    for (let attempt = 0; attempt < openAttempts; attempt += 1) {
      const opened = await this.#one(
        statements.open,
        authorization.id,
        authorization.stateHash,
        authorization.joinKey,
        ...keyValues(authorization.key),
        authorization.sealed,
        authorization.keyId,
        options.ttlMs,
        options.joinIfRemainingMs,
      );
      if (opened) return opened;
    }
    throw new StoreUnavailableError(
      `Others kept opening an authorization for the same request, each about to expire (${openAttempts} attempts).`,
    );
  }

  async read(id: string): Promise<PendingAuthorizationRecord | undefined> {
    return this.#one(statements.readById, id);
  }

  async find(stateHash: string): Promise<PendingAuthorizationRecord | undefined> {
    return this.#one(statements.readByState, stateHash);
  }

  async take(stateHash: string): Promise<PendingAuthorizationRecord | undefined> {
    return this.#one(statements.take, stateHash);
  }

  async hold(
    id: string,
    { sealed, keyId }: SealedBytes,
    { ttlMs }: HoldPendingAuthorizationOptions,
  ): Promise<boolean> {
    const rows = await query(this.#client, statements.hold, id, sealed, keyId, ttlMs);
    return rows.length > 0;
  }

  async resume(id: string, { sealed, keyId }: SealedBytes): Promise<boolean> {
    const rows = await query(this.#client, statements.resume, id, sealed, keyId);
    return rows.length > 0;
  }

  async settle(id: string, outcome: PendingAuthorizationOutcome): Promise<boolean> {
    const failure = outcome.status === "failed" ? outcome.failure : null;
    const rows = await query(this.#client, statements.settle, id, outcome.status, failure);
    return rows.length > 0;
  }

  async expireHeld({ limit }: ExpireHeldOptions): Promise<readonly PendingAuthorizationRecord[]> {
    return (await query<PendingRow>(this.#client, statements.expireHeld, limit)).map(toRecord);
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const { condition, values } = ownerCondition(owner);
    return this.#delete(condition, ...values);
  }

  async deleteExpired(): Promise<number> {
    return this.#delete(statements.expired);
  }

  async #one(
    statement: string,
    ...values: readonly unknown[]
  ): Promise<PendingAuthorizationRecord | undefined> {
    const [row] = await query<PendingRow>(this.#client, statement, ...values);
    return row && toRecord(row);
  }

  async #delete(condition: string, ...values: readonly unknown[]): Promise<number> {
    const [row] = await query<{ count: number }>(
      this.#client,
      statements.deleteWhere(condition),
      ...values,
    );
    return row?.count ?? 0;
  }
}

const statuses: ReadonlySet<string> = new Set<PendingAuthorizationStatus>([
  "pending",
  "taken",
  "held",
  "completed",
  "failed",
]);

function toRecord(row: PendingRow): PendingAuthorizationRecord {
  if (!statuses.has(row.status)) {
    throw new OAuth2Error(
      "store_misconfigured",
      `Table rak_oauth_pending_authorization holds the status "${row.status}", which this version of @rak-oauth/credential-store-prisma does not know. Install the version that wrote it.`,
    );
  }
  return {
    id: row.id,
    stateHash: row.stateHash,
    joinKey: row.joinKey,
    key: toKey(row),
    sealed: row.sealed,
    keyId: row.keyId,
    status: row.status as PendingAuthorizationStatus,
    failure: row.failure ?? undefined,
    expiresAt: row.expiresAt,
    storeTime: row.storeTime,
  };
}
