import type { Adapter, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly payload: AdapterPayload;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * What an authorization server remembers, in memory. Only expiry and revocation remove an entry;
 * the provider's own memory adapter also drops living grants once it holds 1,000 entries.
 */
export class AuthorizationServerStorage {
  readonly #models = new Map<string, ModelStorage>();

  /** The entries of one of the provider's models. */
  model(name: string): ModelStorage {
    let storage = this.#models.get(name);
    if (storage === undefined) {
      storage = new ModelStorage();
      this.#models.set(name, storage);
    }
    return storage;
  }

  /** Ends every grant of a user, with all its tokens and codes. Gives the number of grants. */
  async revokeGrantsOf(accountId: string): Promise<number> {
    const grants = this.model("Grant").idsOfAccount(accountId);
    for (const grantId of grants) {
      for (const storage of this.#models.values()) {
        await storage.revokeByGrantId(grantId);
      }
      await this.model("Grant").destroy(grantId);
    }
    return grants.length;
  }
}

class ModelStorage implements Adapter {
  readonly #entries = new Map<string, Entry>();
  readonly #idsByGrant = new Map<string, Set<string>>();
  readonly #idByUid = new Map<string, string>();
  readonly #idByUserCode = new Map<string, string>();

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const lifetimeMs = expiresInSeconds === undefined ? Infinity : expiresInSeconds * 1_000;
    this.#entries.set(id, {
      payload: structuredClone(payload),
      expiresAt: Date.now() + lifetimeMs,
    });
    if (payload.grantId !== undefined) {
      const ids = this.#idsByGrant.get(payload.grantId) ?? new Set();
      this.#idsByGrant.set(payload.grantId, ids.add(id));
    }
    if (payload.uid !== undefined) {
      this.#idByUid.set(payload.uid, id);
    }
    if (payload.userCode !== undefined) {
      this.#idByUserCode.set(payload.userCode, id);
    }
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      return undefined;
    }
    if (entry.expiresAt <= Date.now()) {
      await this.destroy(id);
      return undefined;
    }
    return structuredClone(entry.payload);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = this.#idByUid.get(uid);
    return id === undefined ? undefined : this.find(id);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const id = this.#idByUserCode.get(userCode);
    return id === undefined ? undefined : this.find(id);
  }

  async consume(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) {
      entry.payload.consumed = Math.floor(Date.now() / 1_000);
    }
  }

  async destroy(id: string): Promise<void> {
    const payload = this.#entries.get(id)?.payload;
    this.#entries.delete(id);
    if (payload?.grantId !== undefined) {
      const ids = this.#idsByGrant.get(payload.grantId);
      ids?.delete(id);
      if (ids?.size === 0) {
        this.#idsByGrant.delete(payload.grantId);
      }
    }
    if (payload?.uid !== undefined && this.#idByUid.get(payload.uid) === id) {
      this.#idByUid.delete(payload.uid);
    }
    if (payload?.userCode !== undefined && this.#idByUserCode.get(payload.userCode) === id) {
      this.#idByUserCode.delete(payload.userCode);
    }
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const id of [...(this.#idsByGrant.get(grantId) ?? [])]) {
      await this.destroy(id);
    }
  }

  /** Ids of the entries that belong to a user. */
  idsOfAccount(accountId: string): readonly string[] {
    return [...this.#entries]
      .filter(([, { payload }]) => payload.accountId === accountId)
      .map(([id]) => id);
  }
}
