import { randomUUID } from "node:crypto";
import {
  assertCredentialOwner,
  type CredentialOwner,
  type ExpireHeldOptions,
  type HoldPendingAuthorizationOptions,
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
import { credentialKeyOf, credentialName, ownerPrefix } from "./credential-layout.js";
import { readHashRecord } from "./hash-record.js";
import { assertKeyPrefix, defaultKeyPrefix } from "./key-prefix.js";
import {
  type PendingAuthorizationScriptName,
  pendingAuthorizationScripts,
} from "./pending-authorization-scripts.js";
import { defineScripts, type RedisClient, type RunScript } from "./redis-client.js";
import { RedisWatcher } from "./redis-watcher.js";

/** Options of {@link RedisPendingAuthorizationStore}. */
export interface RedisPendingAuthorizationStoreOptions {
  /** A client of ioredis; it stays the caller's, who also closes it. */
  readonly client: RedisClient;
  /**
   * What the names of all keys and channels begin with; may be that of the credential store.
   *
   * @defaultValue "rak-oauth:"
   */
  readonly keyPrefix?: string | undefined;
}

/**
 * Keeps started browser flows in Redis 6.2 or newer: standalone, Sentinel or Cluster. Each operation
 * is one script and one round trip. They are few and live for minutes, so in a cluster one hash tag,
 * and so one node, holds them all: a state is taken once without any agreement between nodes.
 */
export class RedisPendingAuthorizationStore implements PendingAuthorizationStore {
  readonly #shard: string;
  readonly #channel: string;
  readonly #scripts: Readonly<Record<PendingAuthorizationScriptName, RunScript>>;
  readonly #watcher: RedisWatcher;

  /** @throws ConfigurationError naming the option that cannot work */
  constructor(options: RedisPendingAuthorizationStoreOptions) {
    const { client, keyPrefix = defaultKeyPrefix } = options;
    assertKeyPrefix(keyPrefix);
    this.#shard = `${keyPrefix}{pending}:`;
    this.#channel = `${keyPrefix}settled`;
    this.#scripts = defineScripts(client, pendingAuthorizationScripts);
    this.#watcher = new RedisWatcher(client, this.#channel);
  }

  async open(
    authorization: SealedPendingAuthorization,
    options: OpenPendingAuthorizationOptions,
  ): Promise<PendingAuthorizationRecord> {
    const { id, stateHash, joinKey, key, keyId, sealed } = authorization;
    const answer = await this.#scripts.open(
      this.#shard,
      id,
      stateHash,
      joinKey,
      ownerPrefix(key),
      credentialName(key),
      keyId,
      options.ttlMs,
      options.joinIfRemainingMs,
      asBuffer(sealed),
    );
    const record = toRecord(answer);
    if (!record) {
      throw new StoreUnavailableError(
        "Redis lost a pending authorization as soon as it was written. Start the authorization again.",
      );
    }
    return record;
  }

  async read(id: string): Promise<PendingAuthorizationRecord | undefined> {
    return toRecord(await this.#scripts.read(this.#shard, id));
  }

  async find(stateHash: string): Promise<PendingAuthorizationRecord | undefined> {
    return toRecord(await this.#scripts.find(this.#shard, stateHash));
  }

  async take(stateHash: string): Promise<PendingAuthorizationRecord | undefined> {
    return toRecord(await this.#scripts.take(this.#shard, stateHash, randomUUID()));
  }

  async hold(
    id: string,
    { sealed, keyId }: SealedBytes,
    { ttlMs }: HoldPendingAuthorizationOptions,
  ): Promise<boolean> {
    const bytes = asBuffer(sealed);
    const answer = this.#scripts.hold(this.#shard, id, this.#channel, keyId, ttlMs, bytes);
    return Number(await answer) === 1;
  }

  async resume(id: string, { sealed, keyId }: SealedBytes): Promise<boolean> {
    const answer = this.#scripts.resume(this.#shard, id, randomUUID(), keyId, asBuffer(sealed));
    return Number(await answer) === 1;
  }

  async settle(id: string, outcome: PendingAuthorizationOutcome): Promise<boolean> {
    const failure = outcome.status === "failed" ? outcome.failure : "";
    const { status } = outcome;
    const call = randomUUID();
    const answer = this.#scripts.settle(this.#shard, id, call, this.#channel, status, failure);
    return Number(await answer) === 1;
  }

  async expireHeld({ limit }: ExpireHeldOptions): Promise<readonly PendingAuthorizationRecord[]> {
    const answers = (await this.#scripts.expireHeld(this.#shard, limit)) as readonly unknown[];
    return answers.flatMap((answer) => toRecord(answer) ?? []);
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    assertCredentialOwner(owner);
    return Number(await this.#scripts.removeOwner(this.#shard, ownerPrefix(owner)));
  }

  /** Answers 0: Redis forgets by itself. */
  async deleteExpired(): Promise<number> {
    return 0;
  }

  /**
   * Calls `listener` with the handle of each authorization that any process settles or holds, over a
   * connection of its own. What happens while that connection is lost is not told: read again now and
   * then.
   */
  async watch(listener: (id: string) => void): Promise<StopWatching> {
    return this.#watcher.watch({ onMessage: listener });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toRecord(answer: unknown): PendingAuthorizationRecord | undefined {
  if (answer === null) return undefined;
  const record = readHashRecord(answer, "A pending authorization");
  const { id, storeTime, text } = record;
  return {
    id,
    stateHash: text("stateHash"),
    joinKey: text("joinKey"),
    key: credentialKeyOf(text("name")),
    sealed: record.bytes("sealed"),
    keyId: text("keyId"),
    status: text("status") as PendingAuthorizationStatus,
    ...(record.has("failure") ? { failure: text("failure") } : {}),
    expiresAt: Number(text("expiresAt")),
    storeTime,
  };
}
