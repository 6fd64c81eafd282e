import {
  assertCredentialKey,
  type CredentialOwner,
  OAuth2Error,
  type OpenSuspendedCallOptions,
  type SealedSuspendedCall,
  type SuspendedCallRecord,
  type SuspendedCallStatus,
  type SuspendedCallStore,
} from "@rak-oauth/core";
import { query, type RawQueryClient } from "./raw-query-client.js";
import { type KeyRow, keyValues, ownerCondition, toKey } from "./sql.js";
import * as statements from "./suspended-call-statements.js";

/** Options of {@link PrismaSuspendedCallStore}. */
export interface PrismaSuspendedCallStoreOptions {
  /** Any `PrismaClient` for a PostgreSQL database that has this package's tables. */
  readonly client: RawQueryClient;
}

interface SuspendedRow extends KeyRow {
  readonly id: string;
  readonly authRequestId: string;
  readonly sealed: Uint8Array;
  readonly keyId: string;
  readonly status: string;
  readonly expiresAt: number;
  readonly storeTime: number;
}

/** Keeps calls that wait for their user in PostgreSQL; each operation is one atomic statement. */
export class PrismaSuspendedCallStore implements SuspendedCallStore {
  readonly #client: RawQueryClient;

  constructor(options: PrismaSuspendedCallStoreOptions) {
    this.#client = options.client;
  }

  async open(call: SealedSuspendedCall, { ttlMs }: OpenSuspendedCallOptions): Promise<void> {
    assertCredentialKey(call.key);
    await query(
      this.#client,
      statements.open,
      call.id,
      call.authRequestId,
      ...keyValues(call.key),
      call.sealed,
      call.keyId,
      ttlMs,
    );
  }

  async list(authRequestId: string): Promise<readonly SuspendedCallRecord[]> {
    const rows = await query<SuspendedRow>(this.#client, statements.list, authRequestId);
    return rows.map(toRecord);
  }

  async take(id: string): Promise<SuspendedCallRecord | undefined> {
    const [row] = await query<SuspendedRow>(this.#client, statements.take, id);
    return row && toRecord(row);
  }

  async delete(id: string): Promise<boolean> {
    return (await this.#delete(statements.byId, id)) > 0;
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const { condition, values } = ownerCondition(owner);
    return this.#delete(condition, ...values);
  }

  async deleteExpired(): Promise<number> {
    return this.#delete(statements.expired);
  }

  async #delete(condition: string, ...values: readonly unknown[]): Promise<number> {
    const statement = statements.deleteWhere(condition);
    const [row] = await query<{ count: number }>(this.#client, statement, ...values);
    return row?.count ?? 0;
  }
}

const statuses: ReadonlySet<string> = new Set<SuspendedCallStatus>(["suspended", "taken"]);

function toRecord(row: SuspendedRow): SuspendedCallRecord {
  const { id, authRequestId, sealed, keyId, status, expiresAt, storeTime } = row;
  if (!statuses.has(status)) {
    throw new OAuth2Error(
      "store_misconfigured",
      `Table rak_oauth_suspended_call holds the status "${status}", which this version of @rak-oauth/credential-store-prisma does not know. Install the version that wrote it.`,
    );
  }
  return {
    id,
    authRequestId,
    key: toKey(row),
    sealed,
    keyId,
    status: status as SuspendedCallStatus,
    expiresAt,
    storeTime,
  };
}
