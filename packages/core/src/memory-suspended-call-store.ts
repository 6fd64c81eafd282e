import { type Clock, systemClock } from "./clock.js";
import { assertCredentialKey, type CredentialOwner, credentialOwnerId } from "./credential-key.js";
import type {
  OpenSuspendedCallOptions,
  SealedSuspendedCall,
  SuspendedCallRecord,
  SuspendedCallStore,
} from "./suspended-call-store.js";

/** Options of {@link MemorySuspendedCallStore}. */
export interface MemorySuspendedCallStoreOptions {
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

type Entry = Omit<SuspendedCallRecord, "storeTime">;

/** Keeps suspended calls in this process; for tests, demos and the command line. */
export class MemorySuspendedCallStore implements SuspendedCallStore {
  readonly #clock: Clock;
  /** In the order they were suspended. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: MemorySuspendedCallStoreOptions = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  async open(call: SealedSuspendedCall, { ttlMs }: OpenSuspendedCallOptions): Promise<void> {
    assertCredentialKey(call.key);
    this.#forgetExpired();
    const expiresAt = this.#clock.now() + ttlMs;
    this.#entries.set(call.id, { ...call, status: "suspended", expiresAt });
  }

  async list(authRequestId: string): Promise<readonly SuspendedCallRecord[]> {
    this.#forgetExpired();
    return [...this.#entries.values()]
      .filter((entry) => entry.authRequestId === authRequestId)
      .map((entry) => this.#toRecord(entry));
  }

  async take(id: string): Promise<SuspendedCallRecord | undefined> {
    this.#forgetExpired();
    const entry = this.#entries.get(id);
    if (entry?.status !== "suspended") return undefined;
    const taken: Entry = { ...entry, status: "taken" };
    this.#entries.set(id, taken);
    return this.#toRecord(taken);
  }

  async delete(id: string): Promise<boolean> {
    this.#forgetExpired();
    return this.#entries.delete(id);
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const ownerId = credentialOwnerId(owner);
    return this.#deleteWhere((entry) => credentialOwnerId(entry.key) === ownerId);
  }

  async deleteExpired(): Promise<number> {
    return this.#forgetExpired();
  }

  #forgetExpired(): number {
    const now = this.#clock.now();
    return this.#deleteWhere((entry) => entry.expiresAt <= now);
  }

  #deleteWhere(matches: (entry: Entry) => boolean): number {
    let count = 0;
    for (const [id, entry] of this.#entries) {
      if (matches(entry) && this.#entries.delete(id)) count += 1;
    }
    return count;
  }

  #toRecord(entry: Entry): SuspendedCallRecord {
    return { ...entry, sealed: entry.sealed.slice(), storeTime: this.#clock.now() };
  }
}
