import { type Clock, systemClock } from "./clock.js";
import { type CredentialOwner, credentialOwnerId } from "./credential-key.js";
import type { StopWatching } from "./credential-store.js";
import type {
  ExpireHeldOptions,
  HoldPendingAuthorizationOptions,
  OpenPendingAuthorizationOptions,
  PendingAuthorizationOutcome,
  PendingAuthorizationRecord,
  PendingAuthorizationStore,
  SealedPendingAuthorization,
} from "./pending-authorization-store.js";
import type { SealedBytes } from "./sealer.js";

/** Options of {@link MemoryPendingAuthorizationStore}. */
export interface MemoryPendingAuthorizationStoreOptions {
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

type Entry = Omit<PendingAuthorizationRecord, "storeTime"> & { readonly forgetAt: number };

/** Keeps started browser flows in this process; for tests, demos and the command line. */
export class MemoryPendingAuthorizationStore implements PendingAuthorizationStore {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(id: string) => void>();

  constructor(options: MemoryPendingAuthorizationStoreOptions = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  async open(
    authorization: SealedPendingAuthorization,
    options: OpenPendingAuthorizationOptions,
  ): Promise<PendingAuthorizationRecord> {
    const now = this.#clock.now();
    this.#forgetOld();
    for (const entry of this.#entries.values()) {
      if (
        entry.joinKey === authorization.joinKey &&
        entry.status === "pending" &&
        entry.expiresAt - now >= options.joinIfRemainingMs
      ) {
        return this.#toRecord(entry);
      }
    }
    const entry: Entry = {
      ...authorization,
      status: "pending",
      expiresAt: now + options.ttlMs,
      forgetAt: now + 2 * options.ttlMs,
    };
    this.#entries.set(entry.id, entry);
    return this.#toRecord(entry);
  }

  async read(id: string): Promise<PendingAuthorizationRecord | undefined> {
    this.#forgetOld();
    const entry = this.#entries.get(id);
    return entry && this.#toRecord(entry);
  }

  async find(stateHash: string): Promise<PendingAuthorizationRecord | undefined> {
    const entry = this.#byState(stateHash);
    return entry && this.#toRecord(entry);
  }

  async take(stateHash: string): Promise<PendingAuthorizationRecord | undefined> {
    const entry = this.#byState(stateHash);
    if (entry?.status !== "pending" || entry.expiresAt <= this.#clock.now()) return undefined;
    const taken: Entry = { ...entry, status: "taken" };
    this.#entries.set(taken.id, taken);
    return this.#toRecord(taken);
  }

  async hold(
    id: string,
    { sealed, keyId }: SealedBytes,
    { ttlMs }: HoldPendingAuthorizationOptions,
  ): Promise<boolean> {
    this.#forgetOld();
    const entry = this.#entries.get(id);
    if (entry?.status !== "taken" && entry?.status !== "held") return false;
    const now = this.#clock.now();
    const times = { expiresAt: now + ttlMs, forgetAt: now + 2 * ttlMs };
    this.#entries.set(id, { ...entry, ...times, sealed, keyId, status: "held" });
    this.#tell(id);
    return true;
  }

  async resume(id: string, { sealed, keyId }: SealedBytes): Promise<boolean> {
    this.#forgetOld();
    const entry = this.#entries.get(id);
    if (entry?.status !== "held" || entry.expiresAt <= this.#clock.now()) return false;
    this.#entries.set(id, { ...entry, sealed, keyId, status: "taken" });
    return true;
  }

  async settle(id: string, outcome: PendingAuthorizationOutcome): Promise<boolean> {
    this.#forgetOld();
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.status === "completed" || entry.status === "failed") {
      return false;
    }
    this.#entries.set(id, { ...entry, ...outcome });
    this.#tell(id);
    return true;
  }

  async expireHeld({ limit }: ExpireHeldOptions): Promise<readonly PendingAuthorizationRecord[]> {
    this.#forgetOld();
    const now = this.#clock.now();
    const late = [...this.#entries.values()]
      .filter((entry) => entry.status === "held" && entry.expiresAt <= now)
      .slice(0, limit);
    return late.map((entry) => {
      const expired: Entry = { ...entry, status: "failed", failure: "expired" };
      this.#entries.set(entry.id, expired);
      return this.#toRecord(expired);
    });
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const ownerId = credentialOwnerId(owner);
    return this.#deleteWhere((entry) => credentialOwnerId(entry.key) === ownerId);
  }

  async deleteExpired(): Promise<number> {
    return this.#forgetOld();
  }

  async watch(listener: (id: string) => void): Promise<StopWatching> {
    this.#listeners.add(listener);
    return async () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #byState(stateHash: string): Entry | undefined {
    this.#forgetOld();
    for (const entry of this.#entries.values()) {
      if (entry.stateHash === stateHash) return entry;
    }
    return undefined;
  }

  #forgetOld(): number {
    const now = this.#clock.now();
    return this.#deleteWhere((entry) => entry.forgetAt <= now);
  }

  #deleteWhere(matches: (entry: Entry) => boolean): number {
    let count = 0;
    for (const [id, entry] of this.#entries) {
      if (matches(entry)) {
        this.#entries.delete(id);
        count += 1;
      }
    }
    return count;
  }

  #toRecord(entry: Entry): PendingAuthorizationRecord {
    const { forgetAt: _, ...record } = entry;
    return { ...record, sealed: entry.sealed.slice(), storeTime: this.#clock.now() };
  }
}
