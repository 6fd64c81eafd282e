import { type Client, createClient, type InArgs, LibsqlError, type Row } from "@libsql/client";
import {
  type AcquireLeaseOptions,
  type ClaimIdleOptions,
  type ClaimOptions,
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
  OAuth2Error,
  type RefreshLease,
  type ReleaseLeaseOptions,
  type ResealChange,
  type SealedCredential,
  StoreUnavailableError,
} from "@rak-oauth/core";
import * as statements from "./statements.js";

/** Credentials in an SQLite file that the processes of one machine may share. */
export class SqliteCredentialStore implements CredentialStore {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Opens the file, and makes it where it is absent. */
  static async open(file: string): Promise<SqliteCredentialStore> {
    // A write waits for another process's. What it acknowledges is on disk: that is SQLite's default.
    const client = createClient({ url: `file:${file}`, timeout: 5_000 });
    const store = new SqliteCredentialStore(client);
    await store.#run(statements.createTable, {});
    return store;
  }

  close(): void {
    this.#client.close();
  }

  async read(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const { rows } = await this.#run(statements.read, { id: credentialId(key) });
    return rows[0] && toRecord(rows[0]);
  }

  async put(key: CredentialKey, credential: SealedCredential): Promise<void> {
    const { tenantId = null, userId = null, provider, account = null } = key;
    await this.#run(statements.put, {
      id: credentialId(key),
      ...{ tenantId, userId, provider, account, fingerprint: credential.fingerprint },
      ...toArguments(credential),
    });
  }

  async acquireLease(
    key: CredentialKey,
    { fingerprint, leaseMs }: AcquireLeaseOptions,
  ): Promise<LeasedCredential | undefined> {
    const id = credentialId(key);
    const { rows } = await this.#run(statements.acquireLease, { id, fingerprint, leaseMs });
    const [row] = rows;
    if (row === undefined) return undefined;
    const record = toRecord(row);
    return { key, fence: Number(row["fence"]), fingerprint, epoch: record.epoch, record };
  }

  async renewLease(lease: RefreshLease, leaseMs: number): Promise<boolean> {
    return this.#change(statements.renewLease, { ...heldBy(lease), leaseMs });
  }

  async commit(lease: RefreshLease, credential: SealedCredential): Promise<boolean> {
    const written = { id: credentialId(lease.key), newFingerprint: credential.fingerprint };
    const isWritten = await this.#change(statements.commit, {
      ...{ ...heldBy(lease), epoch: lease.epoch },
      ...{ ...toArguments(credential), ...written },
    });
    return isWritten || (await this.#run(statements.isCommitted, written)).rows.length > 0;
  }

  async releaseLease(
    lease: RefreshLease,
    { sent, retryInMs }: ReleaseLeaseOptions,
  ): Promise<boolean> {
    const values = { sent, retryInMs: retryInMs ?? null };
    return this.#change(statements.releaseLease, { ...heldBy(lease), ...values });
  }

  async requireReauthorization(lease: RefreshLease): Promise<boolean> {
    return this.#change(statements.requireReauthorization, heldBy(lease));
  }

  async revoke(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const { rows } = await this.#run(statements.revoke, { id: credentialId(key) });
    return rows[0] && toRecord(rows[0]);
  }

  async delete(key: CredentialKey, options: DeleteCredentialOptions = {}): Promise<boolean> {
    const { fingerprint = null } = options;
    return this.#change(statements.remove, { id: credentialId(key), fingerprint });
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const { tenantId = null, userId = null } = owner;
    return (await this.#run(statements.removeAll, { tenantId, userId })).rowsAffected;
  }

  list(options: ListCredentialsOptions): Promise<CredentialPage> {
    const { tenantId = null, userId = null } = options;
    return this.#page(statements.list, { tenantId, userId }, options);
  }

  async claimOrphans({
    provider,
    limit,
    claimMs,
  }: ClaimOptions): Promise<readonly CredentialKey[]> {
    return this.#claim(statements.claimOrphans, { provider, limit, claimMs });
  }

  async claimIdle(options: ClaimIdleOptions): Promise<readonly CredentialKey[]> {
    const { provider, limit, claimMs, idleMs } = options;
    return this.#claim(statements.claimIdle, { provider, limit, claimMs, idleMs });
  }

  listSealedByOtherKeys(options: ListSealedByOtherKeysOptions): Promise<CredentialPage> {
    return this.#page(statements.listSealedByOtherKeys, { keyId: options.keyId }, options);
  }

  async countSealedByOtherKeys(keyId: string): Promise<number> {
    const { rows } = await this.#run(statements.countSealedByOtherKeys, { keyId });
    return Number(rows[0]?.["count"]);
  }

  async reseal(changes: readonly ResealChange[]): Promise<number> {
    let count = 0;
    for (const { key, ...change } of changes) {
      const isDone = await this.#change(statements.reseal, { id: credentialId(key), ...change });
      if (isDone) count += 1;
    }
    return count;
  }

  async #claim(statement: string, values: InArgs): Promise<readonly CredentialKey[]> {
    const { rows } = await this.#run(statement, values);
    return rows.sort((one, other) => Number(one["since"]) - Number(other["since"])).map(toKey);
  }

  async #page(
    statement: string,
    values: Record<string, string | null>,
    { limit = 100, after = "" }: Pick<ListCredentialsOptions, "limit" | "after">,
  ): Promise<CredentialPage> {
    // One more than is asked for tells whether there is a next page.
    const { rows } = await this.#run(statement, { ...values, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? String(page.at(-1)?.["id"]) : undefined;
    return { records: page.map(toRecord), next };
  }

  async #change(statement: string, values: InArgs): Promise<boolean> {
    return (await this.#run(statement, values)).rowsAffected > 0;
  }

  async #run(statement: string, values: InArgs) {
    try {
      return await this.#client.execute({ sql: statement, args: values });
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

function heldBy({ key, fence, fingerprint }: RefreshLease) {
  return { id: credentialId(key), fence, fingerprint };
}

function toArguments({ sealed, keyId, expiresInMs }: SealedCredential) {
  return { sealed, keyId, expiresInMs: expiresInMs ?? null };
}

function toKey(row: Row): CredentialKey {
  const text = (name: string) => row[name] as string | null;
  const [tenantId, userId, account] = [text("tenant_id"), text("user_id"), text("account")];
  return {
    provider: String(row["provider"]),
    ...(tenantId !== null && { tenantId }),
    ...(userId !== null && { userId }),
    ...(account !== null && { account }),
  };
}

function toRecord(row: Row): CredentialRecord {
  const time = (name: string) => (row[name] === null ? undefined : Number(row[name]));
  return {
    key: toKey(row),
    status: row["status"] as CredentialRecord["status"],
    sealed: new Uint8Array(row["sealed"] as ArrayBuffer),
    keyId: String(row["key_id"]),
    fingerprint: String(row["fingerprint"]),
    epoch: Number(row["epoch"]),
    expiresAt: time("expires_at"),
    leaseUntil: time("lease_until"),
    retryAt: time("retry_at"),
    spendCount: Number(row["spend_count"]),
    createdAt: Number(row["created_at"]),
    updatedAt: Number(row["updated_at"]),
    storeTime: Number(row["store_time"]),
  };
}

/** One of the two errors that callers know. The driver's text stays out: it may hold values. */
function toStoreError(error: unknown): OAuth2Error {
  const code = error instanceof LibsqlError ? error.code : "unknown";
  if (/BUSY|LOCKED|IOERR|FULL/.test(code)) {
    return new StoreUnavailableError(
      `The credential file cannot be used at the moment (${code}); the same call may succeed later.`,
    );
  }
  return new OAuth2Error(
    "store_misconfigured",
    `The credential file refuses to work (${code}). Check that its folder is there and may be written, and that it is a database of this version.`,
  );
}
