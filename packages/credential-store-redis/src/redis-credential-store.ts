import {
  type AcquireLeaseOptions,
  type ClaimIdleOptions,
  type ClaimOptions,
  ConfigurationError,
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
import type { Redis } from "ioredis";
import { BatchedReader, type ReadValue } from "./batched-reader.js";
import { CredentialClaims } from "./credential-claims.js";
import {
  credentialKeyOf,
  credentialName,
  everyName,
  rangeOfOwner,
  rangeOfTenant,
  shardOf,
} from "./credential-layout.js";
import { decodeCredentialRecord, decodeFence } from "./credential-record.js";
import { type CredentialScriptName, credentialScripts } from "./credential-scripts.js";
import { CredentialSearch } from "./credential-search.js";
import { assertKeyPrefix, defaultKeyPrefix } from "./key-prefix.js";
import {
  defineReplicatedScript,
  defineScripts,
  type RedisClient,
  type RunScript,
  type ScriptArgument,
} from "./redis-client.js";
import { RedisWatcher } from "./redis-watcher.js";

/** Options of {@link RedisCredentialStore}. */
export interface RedisCredentialStoreOptions {
  /** A client of ioredis; it stays the caller's, who also closes it. */
  readonly client: RedisClient;
  /**
   * What the names of all keys and channels begin with.
   *
   * @defaultValue "rak-oauth:"
   */
  readonly keyPrefix?: string | undefined;
  /**
   * How many replicas must have a new credential before it counts as stored (`WAIT`). Without, a
   * failover may lose the tokens of the last moments before it.
   *
   * @defaultValue 0
   */
  readonly replicasToWaitFor?: number | undefined;
  /**
   * How long to wait for these replicas, in milliseconds.
   *
   * @defaultValue 1_000
   */
  readonly replicationTimeoutMs?: number | undefined;
}

/**
 * Keeps sealed credentials in Redis 6.2 or newer: standalone, Sentinel or Cluster. Each operation on
 * a key or a user is one script and one round trip; claims, and lists of a tenant or of what another
 * key sealed, ask all shards at once, in at most two. Nothing it stores has a TTL.
 */
export class RedisCredentialStore implements CredentialStore {
  readonly #prefix: string;
  readonly #channel: string;
  readonly #scripts: Readonly<Record<CredentialScriptName, RunScript>>;
  readonly #reader: BatchedReader | undefined;
  readonly #search: CredentialSearch;
  readonly #claims: CredentialClaims;
  readonly #watcher: RedisWatcher;

  /** @throws ConfigurationError naming the option that cannot work */
  constructor(options: RedisCredentialStoreOptions) {
    const { client, keyPrefix = defaultKeyPrefix, replicasToWaitFor: replicas = 0 } = options;
    assertKeyPrefix(keyPrefix);
    this.#prefix = keyPrefix;
    this.#channel = `${keyPrefix}changes`;
    const scripts = defineScripts(client, credentialScripts);
    const replicated = (name: "put" | "commit") =>
      replicas === 0
        ? scripts[name]
        : defineReplicatedScript(client, name, credentialScripts[name], {
            replicas,
            timeoutMs: options.replicationTimeoutMs ?? 1_000,
          });
    this.#reader = client.isCluster ? undefined : new BatchedReader(client as Redis);
    this.#scripts = { ...scripts, put: replicated("put"), commit: replicated("commit") };
    const { count, list, listDue, claim } = scripts;
    const nameOfShard = (shard: number) => this.#nameOfShard(shard);
    this.#search = new CredentialSearch({ count, list, nameOfShard });
    this.#claims = new CredentialClaims({ listDue, claim, nameOfShard });
    this.#watcher = new RedisWatcher(client, this.#channel);
  }

  async read(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const name = credentialName(key);
    const shard = this.#nameOfShard(shardOf(key));
    // In a cluster each node has a clock of its own, and only a script asks the right one.
    if (!this.#reader) return toRecord(key, await this.#scripts.read(shard, name));
    const stored = await this.#reader.read(`${shard}c:${name}`);
    return stored && decodeCredentialRecord({ ...key }, stored);
  }

  async put(key: CredentialKey, credential: SealedCredential): Promise<void> {
    await this.#run("put", key, ...toArguments(credential));
  }

  async acquireLease(
    key: CredentialKey,
    options: AcquireLeaseOptions,
  ): Promise<LeasedCredential | undefined> {
    const answer = await this.#run("acquireLease", key, options.fingerprint, options.leaseMs);
    const record = toRecord(key, answer);
    if (!record) return undefined;
    return {
      key: record.key,
      fence: decodeFence(toStored(answer).bytes),
      fingerprint: record.fingerprint,
      epoch: record.epoch,
      record,
    };
  }

  async renewLease(lease: RefreshLease, leaseMs: number): Promise<boolean> {
    return this.#did("renewLease", lease.key, lease.fingerprint, lease.fence, leaseMs);
  }

  async commit(lease: RefreshLease, credential: SealedCredential): Promise<boolean> {
    const { key, fingerprint, fence, epoch } = lease;
    return this.#did("commit", key, fingerprint, fence, epoch, ...toArguments(credential));
  }

  async releaseLease(lease: RefreshLease, options: ReleaseLeaseOptions): Promise<boolean> {
    const { key, fingerprint, fence } = lease;
    const sent = options.sent ? 1 : 0;
    return this.#did("releaseLease", key, fingerprint, fence, sent, options.retryInMs ?? "");
  }

  async requireReauthorization(lease: RefreshLease): Promise<boolean> {
    return this.#did("requireReauthorization", lease.key, lease.fingerprint, lease.fence);
  }

  async revoke(key: CredentialKey): Promise<CredentialRecord | undefined> {
    return toRecord(key, await this.#run("revoke", key));
  }

  async delete(key: CredentialKey, options: DeleteCredentialOptions = {}): Promise<boolean> {
    return this.#did("remove", key, options.fingerprint ?? "");
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const { from, to } = rangeOfOwner(owner);
    const shard = this.#nameOfShard(shardOf(owner));
    return Number(await this.#scripts.removeRange(shard, from, to, "", this.#channel));
  }

  async list(options: ListCredentialsOptions): Promise<CredentialPage> {
    const { tenantId, userId, limit } = options;
    const range = userId === undefined ? rangeOfTenant(tenantId) : rangeOfOwner(options);
    const shard = userId === undefined ? undefined : shardOf(options);
    return this.#search.page({ range, shard, limit, after: options.after });
  }

  async claimOrphans(options: ClaimOptions): Promise<readonly CredentialKey[]> {
    return this.#claims.claim({ ...options, from: "o", ageMs: 0 });
  }

  async claimIdle(options: ClaimIdleOptions): Promise<readonly CredentialKey[]> {
    return this.#claims.claim({ ...options, from: "u", ageMs: options.idleMs });
  }

  async listSealedByOtherKeys(options: ListSealedByOtherKeysOptions): Promise<CredentialPage> {
    const { keyId: exceptKeyId, limit, after } = options;
    return this.#search.page({ range: everyName, exceptKeyId, limit, after });
  }

  async countSealedByOtherKeys(keyId: string): Promise<number> {
    return this.#search.count({ range: everyName, exceptKeyId: keyId });
  }

  async reseal(changes: readonly ResealChange[]): Promise<number> {
    const swapped = await Promise.all(
      changes.map(({ key, expected, sealed, keyId }) => {
        const newKeyId = shortText("keyId", keyId);
        return this.#did("reseal", key, toBuffer(expected), newKeyId, toBuffer(sealed));
      }),
    );
    return swapped.filter(Boolean).length;
  }

  /**
   * Calls `listener` for changes made by any process, over a connection of its own. Tells `lost` when
   * that connection is, or has been silent for a second, and `reset` when it is there again.
   */
  async watch(listener: (change: CredentialChange) => void): Promise<StopWatching> {
    return this.#watcher.watch({
      onMessage: (message) => {
        const id = credentialId(credentialKeyOf(message.slice(1)));
        listener({ kind: message.startsWith("d") ? "deleted" : "changed", id });
      },
      onLost: () => listener({ kind: "lost" }),
      onReconnect: () => listener({ kind: "reset" }),
    });
  }

  #nameOfShard(shard: number): string {
    return `${this.#prefix}{${shard}}:`;
  }

  #run(
    script: CredentialScriptName,
    key: CredentialKey,
    ...scriptArguments: readonly ScriptArgument[]
  ): Promise<unknown> {
    const name = credentialName(key);
    const shard = this.#nameOfShard(shardOf(key));
    return this.#scripts[script](shard, name, this.#channel, ...scriptArguments);
  }

  async #did(
    script: CredentialScriptName,
    key: CredentialKey,
    ...scriptArguments: readonly ScriptArgument[]
  ): Promise<boolean> {
    return Number(await this.#run(script, key, ...scriptArguments)) === 1;
  }
}

function toArguments(credential: SealedCredential): readonly ScriptArgument[] {
  const { fingerprint, keyId, expiresInMs, sealed } = credential;
  return [
    shortText("fingerprint", fingerprint),
    shortText("keyId", keyId),
    expiresInMs ?? "",
    toBuffer(sealed),
  ];
}

/** The record gives one byte to the length of these. */
function shortText(name: string, text: string): string {
  if (Buffer.byteLength(text) > 255) {
    throw new ConfigurationError(`RedisCredentialStore: ${name} is longer than 255 bytes.`);
  }
  return text;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toRecord(key: CredentialKey, answer: unknown): CredentialRecord | undefined {
  return answer === null ? undefined : decodeCredentialRecord({ ...key }, toStored(answer));
}

function toStored(answer: unknown): ReadValue {
  const [bytes, storeTime] = answer as [Buffer, number];
  return { bytes, storeTime: Number(storeTime) };
}
