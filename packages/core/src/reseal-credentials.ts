import { type Clock, systemClock } from "./clock.js";
import type { CredentialKey } from "./credential-key.js";
import type {
  CredentialPage,
  CredentialRecord,
  CredentialStore,
  ResealChange,
} from "./credential-store.js";
import { credentialsContext } from "./credentials.js";
import { ConfigurationError, isOAuth2Error } from "./errors.js";
import type { KeyWrapper } from "./key-wrapper.js";
import { Sealer } from "./sealer.js";

/** Options of {@link resealCredentials}. */
export interface ResealCredentialsOptions {
  readonly store: CredentialStore;
  /** Its current key seals; the others open what they sealed. */
  readonly keys: KeyWrapper;
  /** How many credentials are read and written at once, 1 to 1,000. @defaultValue 500 */
  readonly batchSize?: number | undefined;
  /** How many requests a remote key service gets at once. @defaultValue 16 */
  readonly concurrency?: number | undefined;
  /** Called after each batch. */
  readonly onProgress?: ((progress: ResealProgress) => void) | undefined;
  /** Ends the work after the running batches; what is done stays done. */
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/** How far {@link resealCredentials} is. */
export interface ResealProgress {
  /** Credentials that this run has put under the current key. */
  readonly resealed: number;
  /** Credentials that somebody else wrote or deleted between reading and writing. */
  readonly skipped: number;
  /** Credentials that no key opens, as far as is known; they stay as they are. */
  readonly unreadable: number;
  /** Credentials still under other keys, the unreadable ones included; an estimate until the end. */
  readonly remaining: number;
  readonly ratePerSecond: number;
  /** Until all is looked at, in seconds; absent before the first batch. */
  readonly etaSeconds?: number | undefined;
}

/** A credential that does not open. */
export interface UnreadableCredential {
  readonly key: CredentialKey;
  /** The key it says it was sealed with. */
  readonly keyId: string;
  readonly reason: string;
}

/** What {@link resealCredentials} did; all is done when nothing is `remaining`. */
export interface ResealResult extends ResealProgress {
  /** The first 1,000 of the unreadable ones. */
  readonly unreadableCredentials: readonly UnreadableCredential[];
  /** Whether `signal` ended the work early. */
  readonly interrupted: boolean;
}

/** Reported one by one; more would only fill the memory. */
const reportedAtMost = 1_000;

/** Each walk finds what the one before could not; a system that still uses an old key is never done. */
const walksAtMost = 5;

/**
 * Puts all credentials under the current key, so that older keys can go. Everything may go on
 * meanwhile: what a refresh or a new consent writes at that moment wins, and is left as it is. It can
 * be interrupted at any point, killed even; run again, it goes on with what is left.
 *
 * Begin when all processes have the new key as their current one. Keep the old keys for as long again
 * as a browser flow may last: a flow that was started is sealed too.
 *
 * @throws StoreUnavailableError, KeyServiceUnavailableError or ConfigurationError when it cannot go
 * on; an unreadable credential is reported and does not stop it.
 */
export async function resealCredentials(options: ResealCredentialsOptions): Promise<ResealResult> {
  const { batchSize = 500, concurrency = 16 } = options;
  assertWithin("batchSize", batchSize, 1_000);
  assertWithin("concurrency", concurrency, 1_000);
  return new Resealing({ ...options, batchSize, concurrency }).run();
}

class Resealing {
  readonly #options: ResealCredentialsOptions & { batchSize: number; concurrency: number };
  readonly #sealer: Sealer;
  readonly #clock: Clock;
  #startedAt = 0;
  #total = 0;
  #resealed = 0;
  #skipped = 0;
  /** Of the present walk: each finds them all again. */
  #unreadable = 0;
  #unreadableCredentials: UnreadableCredential[] = [];

  constructor(options: ResealCredentialsOptions & { batchSize: number; concurrency: number }) {
    this.#options = options;
    this.#sealer = new Sealer(options.keys);
    this.#clock = options.clock ?? systemClock;
  }

  async run(): Promise<ResealResult> {
    const { store, signal } = this.#options;
    const { currentKeyId } = this.#sealer;
    this.#startedAt = this.#clock.now();
    this.#total = await store.countSealedByOtherKeys(currentKeyId);
    let before = -1;
    for (
      let walk = 0;
      walk < walksAtMost && !signal?.aborted && this.#resealed + this.#skipped !== before;
      walk += 1
    ) {
      before = this.#resealed + this.#skipped;
      await this.#walk();
    }
    const remaining = await store.countSealedByOtherKeys(currentKeyId);
    return {
      ...this.#progress(),
      remaining,
      etaSeconds: undefined,
      unreadableCredentials: this.#unreadableCredentials,
      interrupted: remaining > 0 && signal?.aborted === true,
    };
  }

  /** Reads the next page and writes the two before while this one is sealed. */
  async #walk(): Promise<void> {
    this.#unreadable = 0;
    this.#unreadableCredentials = [];
    let reading: Promise<CredentialPage> | undefined = this.#read(undefined);
    const writing: Promise<void>[] = [];
    try {
      while (reading !== undefined) {
        const page: CredentialPage = await reading;
        const goOn = page.next !== undefined && !this.#options.signal?.aborted;
        reading = goOn ? this.#read(page.next) : undefined;
        if (page.records.length === 0) continue;
        const changes = await this.#seal(page.records);
        if (writing.length === 2) await writing.shift();
        writing.push(heard(this.#write(changes)));
      }
    } finally {
      await Promise.all(writing);
    }
  }

  #read(after: string | undefined): Promise<CredentialPage> {
    const { store, batchSize: limit } = this.#options;
    const { currentKeyId: keyId } = this.#sealer;
    return heard(store.listSealedByOtherKeys({ keyId, limit, after }));
  }

  async #seal(records: readonly CredentialRecord[]): Promise<readonly ResealChange[]> {
    const changes: ResealChange[] = [];
    const queue = records.values();
    let failed = false;
    const work = async (): Promise<void> => {
      for (const record of queue) {
        if (failed) return;
        const change = await this.#sealAgain(record);
        if (change) changes.push(change);
      }
    };
    const workers = Array.from({ length: this.#options.concurrency }, () =>
      work().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    );
    await Promise.all(workers);
    return changes;
  }

  async #sealAgain(record: CredentialRecord): Promise<ResealChange | undefined> {
    const { key, sealed: expected } = record;
    const context = credentialsContext(key);
    let plaintext: Uint8Array;
    try {
      plaintext = await this.#sealer.open(expected, context);
    } catch (error) {
      if (!isOAuth2Error(error) || error.code !== "sealing_failed") throw error;
      this.#unreadable += 1;
      if (this.#unreadableCredentials.length < reportedAtMost) {
        this.#unreadableCredentials.push({ key, keyId: record.keyId, reason: error.message });
      }
      return undefined;
    }
    const sealed = await this.#sealer.seal(plaintext, context);
    return { key, expected, ...sealed };
  }

  async #write(changes: readonly ResealChange[]): Promise<void> {
    const swapped = changes.length === 0 ? 0 : await this.#options.store.reseal(changes);
    this.#resealed += swapped;
    this.#skipped += changes.length - swapped;
    this.#options.onProgress?.(this.#progress());
  }

  #progress(): ResealProgress {
    const looked = this.#resealed + this.#skipped + this.#unreadable;
    const seconds = (this.#clock.now() - this.#startedAt) / 1_000;
    const ratePerSecond = seconds > 0 ? looked / seconds : 0;
    return {
      resealed: this.#resealed,
      skipped: this.#skipped,
      unreadable: this.#unreadable,
      remaining: Math.max(0, this.#total - this.#resealed - this.#skipped),
      ratePerSecond,
      etaSeconds: ratePerSecond > 0 ? Math.max(0, this.#total - looked) / ratePerSecond : undefined,
    };
  }
}

/** Its failure is told to whoever awaits it; until somebody does, it is no unhandled rejection. */
function heard<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

function assertWithin(name: string, value: number, maximum: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return;
  throw new ConfigurationError(
    `resealCredentials: ${name} is ${value} and must be a whole number from 1 to ${maximum}.`,
  );
}
