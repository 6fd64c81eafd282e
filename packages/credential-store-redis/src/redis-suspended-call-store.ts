import { randomUUID } from "node:crypto";
import {
  assertCredentialOwner,
  type CredentialOwner,
  type OpenSuspendedCallOptions,
  type SealedSuspendedCall,
  type SuspendedCallRecord,
  type SuspendedCallStatus,
  type SuspendedCallStore,
} from "@rak-oauth/core";
import { credentialKeyOf, credentialName, ownerPrefix } from "./credential-layout.js";
import { readHashRecord } from "./hash-record.js";
import { assertKeyPrefix, defaultKeyPrefix } from "./key-prefix.js";
import {
  defineReplicatedScript,
  defineScripts,
  type RedisClient,
  type RunScript,
} from "./redis-client.js";
import { type SuspendedCallScriptName, suspendedCallScripts } from "./suspended-call-scripts.js";

/** Options of {@link RedisSuspendedCallStore}. */
export interface RedisSuspendedCallStoreOptions {
  /** A client of ioredis; it stays the caller's, who also closes it. */
  readonly client: RedisClient;
  /**
   * What the names of all keys begin with; may be that of the other stores.
   *
   * @defaultValue "rak-oauth:"
   */
  readonly keyPrefix?: string | undefined;
  /**
   * How many replicas must know that a call was taken before it counts (`WAIT`). Without, a failover may
   * bring back as suspended what was taken in the last moments, and it would be made twice.
   *
   * @defaultValue 0
   */
  readonly replicasToWaitFor?: number | undefined;
  /**
   * How long to wait for these replicas, in milliseconds.
   *
   * @defaultValue 1000
   */
  readonly replicationTimeoutMs?: number | undefined;
}

/**
 * Keeps calls that wait for their user in Redis 6.2 or newer: standalone, Sentinel or Cluster. Each
 * operation is one script and one round trip. They are few, so in a cluster one hash tag, and so one
 * node, holds them all: a call is taken once without any agreement between nodes.
 */
export class RedisSuspendedCallStore implements SuspendedCallStore {
  readonly #shard: string;
  readonly #scripts: Readonly<Record<SuspendedCallScriptName, RunScript>>;

  /** @throws ConfigurationError naming the option that cannot work */
  constructor(options: RedisSuspendedCallStoreOptions) {
    const { client, keyPrefix = defaultKeyPrefix } = options;
    assertKeyPrefix(keyPrefix);
    this.#shard = `${keyPrefix}{suspended}:`;
    const scripts = defineScripts(client, suspendedCallScripts);
    const { replicasToWaitFor: replicas = 0, replicationTimeoutMs: timeoutMs = 1_000 } = options;
    const take =
      replicas === 0
        ? scripts.take
        : defineReplicatedScript(client, "take", suspendedCallScripts.take, {
            replicas,
            timeoutMs,
          });
    this.#scripts = { ...scripts, take };
  }

  async open(call: SealedSuspendedCall, { ttlMs }: OpenSuspendedCallOptions): Promise<void> {
    const { id, authRequestId, key, keyId, sealed } = call;
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const name = credentialName(key);
    const owner = ownerPrefix(key);
    await this.#scripts.open(this.#shard, id, authRequestId, owner, name, keyId, ttlMs, bytes);
  }

  async list(authRequestId: string): Promise<readonly SuspendedCallRecord[]> {
    const answers = await this.#scripts.list(this.#shard, authRequestId);
    return (answers as readonly unknown[]).map(toRecord);
  }

  async take(id: string): Promise<SuspendedCallRecord | undefined> {
    const answer = await this.#scripts.take(this.#shard, id, randomUUID());
    return answer === null ? undefined : toRecord(answer);
  }

  async delete(id: string): Promise<boolean> {
    return Number(await this.#scripts.forget(this.#shard, id)) === 1;
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    assertCredentialOwner(owner);
    return Number(await this.#scripts.forgetOwner(this.#shard, ownerPrefix(owner)));
  }

  /** Answers 0: Redis forgets by itself. */
  async deleteExpired(): Promise<number> {
    return 0;
  }
}

function toRecord(answer: unknown): SuspendedCallRecord {
  const record = readHashRecord(answer, "A suspended call");
  const { id, storeTime, text } = record;
  return {
    id,
    authRequestId: text("authRequestId"),
    key: credentialKeyOf(text("name")),
    sealed: record.bytes("sealed"),
    keyId: text("keyId"),
    status: text("status") as SuspendedCallStatus,
    expiresAt: Number(text("expiresAt")),
    storeTime,
  };
}
