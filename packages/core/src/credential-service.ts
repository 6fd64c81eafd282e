import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "./clock.js";
import { assertOwnedBy, type Connection, toConnection } from "./connection.js";
import {
  assertCredentialKey,
  assertCredentialOwner,
  type CredentialKey,
  type CredentialOwner,
} from "./credential-key.js";
import type {
  ClaimIdleOptions,
  ClaimOptions,
  CredentialChange,
  CredentialRecord,
  CredentialStore,
  SealedCredential,
  StopWatching,
} from "./credential-store.js";
import {
  type AccountIdentity,
  credentialsContext,
  encodeCredentials,
  type OAuth2Credentials,
} from "./credentials.js";
import { isOAuth2Error, MissingUserIdError } from "./errors.js";
import type { KeyWrapper } from "./key-wrapper.js";
import { type PreparedSeal, Sealer } from "./sealer.js";
import type { AccessToken } from "./secret.js";
import {
  type RevokedCredential,
  type StoredCredential,
  toStoredCredential,
} from "./stored-credential.js";

/** Options of {@link CredentialService}. */
export interface CredentialServiceOptions {
  readonly store: CredentialStore;
  /** Key-encryption keys, such as a `Keyring`. */
  readonly keys: KeyWrapper;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/** The right to spend one refresh token, and what to do with it. */
export interface HeldLease {
  /** The credential as it was when the lease was taken; its spend count includes this time. */
  readonly stored: StoredCredential;
  /** Prolongs the lease from now; false when it is no longer ours. */
  renew(leaseMs: number): Promise<boolean>;
  /**
   * Writes refreshed credentials; false when a new consent, a revocation or a sibling's refresh came
   * first. Safe to repeat after an error: the same write never counts twice.
   */
  commit(credentials: OAuth2Credentials): Promise<boolean>;
  /** Gives the lease back without a new token. */
  release(options: { readonly sent: boolean; readonly retryInMs?: number }): Promise<boolean>;
  /** Records that the provider refuses the refresh token. */
  requireReauthorization(): Promise<boolean>;
}

/** Seals, opens and keeps the credentials of everybody, on any {@link CredentialStore}. */
export class CredentialService {
  /** Seals what belongs to credentials and is kept elsewhere, such as pending authorizations. */
  readonly sealer: Sealer;
  /** What the expiry of tokens that this service gives is on. */
  readonly clock: Clock;
  readonly #store: CredentialStore;

  constructor(options: CredentialServiceOptions) {
    this.sealer = new Sealer(options.keys);
    this.#store = options.store;
    this.clock = options.clock ?? systemClock;
  }

  /**
   * Stores what a new consent gave. It replaces what was there, and wins over a refresh that is
   * still running.
   */
  async storeCredentials(key: CredentialKey, credentials: OAuth2Credentials): Promise<void> {
    assertCredentialKey(key);
    const prepared = await this.sealer.prepare(credentialsContext(key));
    await this.#store.put(key, this.#once(prepared)(credentials));
  }

  /**
   * Writes who the user is at the provider beside the stored tokens; nothing of them changes, and no
   * refresh is disturbed. False when this is no longer the access token that is stored.
   */
  async setAccount(
    key: CredentialKey,
    accessToken: AccessToken,
    account: AccountIdentity,
  ): Promise<boolean> {
    assertCredentialKey(key);
    const record = await this.#store.read(key);
    if (record === undefined) return false;
    const { credentials, writtenAgoMs } = await this.#open(record, key);
    if (credentials.accessToken.secret() !== accessToken.secret()) return false;
    const writtenAt = new Date(this.clock.now() - writtenAgoMs);
    const bytes = encodeCredentials({ ...credentials, account }, writtenAt);
    const sealed = await this.sealer.seal(bytes, credentialsContext(key));
    const swapped = await this.#store.reseal([{ key, expected: record.sealed, ...sealed }]);
    return swapped === 1;
  }

  /** The active credentials of a key; nothing when there are none or they are dead. */
  async getCredentials(key: CredentialKey): Promise<OAuth2Credentials | undefined> {
    const stored = await this.read(key);
    return stored?.status === "active" ? stored.credentials : undefined;
  }

  /**
   * Forgets the credentials of a key, or only those that were seen, where a newer consent must stay;
   * true when there were some. Nothing is revoked at the provider.
   */
  async deleteCredentials(
    key: CredentialKey,
    seen?: Pick<StoredCredential, "fingerprint">,
  ): Promise<boolean> {
    assertCredentialKey(key);
    return this.#store.delete(key, seen && { fingerprint: seen.fingerprint });
  }

  /** Forgets everything of one owner and tells how many credentials that were. */
  async deleteAllCredentials(owner: CredentialOwner): Promise<number> {
    assertCredentialOwner(owner);
    return this.#store.deleteAll(owner);
  }

  /**
   * The connected accounts of one user.
   *
   * @throws MissingUserIdError without a user: nobody is shown somebody else's connections by mistake.
   */
  async listConnections(owner: CredentialOwner): Promise<readonly Connection[]> {
    assertCredentialOwner(owner);
    if (owner.userId === undefined) {
      throw new MissingUserIdError(
        "listConnections lists one user's connections, and no userId was given. For all users of a tenant, call listTenantConnections.",
      );
    }
    const connections: Connection[] = [];
    for await (const connection of this.#list(owner)) connections.push(connection);
    return connections;
  }

  /**
   * The connected accounts of all users of a tenant, and of the application there, read page by page
   * as they are consumed. Without `tenantId`, of those that belong to no tenant.
   */
  listTenantConnections(
    tenant: Pick<CredentialOwner, "tenantId"> = {},
  ): AsyncGenerator<Connection, void, undefined> {
    assertCredentialOwner(tenant);
    return this.#list({ tenantId: tenant.tenantId });
  }

  async *#list(owner: CredentialOwner): AsyncGenerator<Connection, void, undefined> {
    let after: string | undefined;
    do {
      const page = await this.#store.list({ ...owner, after });
      for (const record of page.records) {
        assertOwnedBy(owner, record.key);
        yield toConnection(record, await this.#openIfReadable(record, record.key));
      }
      after = page.next;
    } while (after !== undefined);
  }

  /** Reads and opens a credential in any status. */
  async read(key: CredentialKey): Promise<StoredCredential | undefined> {
    assertCredentialKey(key);
    const record = await this.#store.read(key);
    return record && (await this.#open(record, key));
  }

  /**
   * Takes the right to refresh, if the stored credential is still the one seen; nothing when
   * somebody else refreshes, has refreshed, or the provider is to be left alone.
   */
  async acquireLease(
    seen: Pick<StoredCredential, "key" | "fingerprint">,
    leaseMs: number,
  ): Promise<HeldLease | undefined> {
    const leasing = this.#store.acquireLease(seen.key, {
      fingerprint: seen.fingerprint,
      leaseMs,
    });
    // The next data key is wrapped before the refresh token is spent: nothing that can fail may
    // stand between the provider's answer and the write.
    const preparing = this.sealer.prepare(credentialsContext(seen.key));
    // Where there is no lease, nobody needs it.
    preparing.catch(() => undefined);
    const lease = await leasing;
    if (!lease) return undefined;
    const [stored, prepared] = await Promise.all([
      this.#open(lease.record, seen.key),
      preparing,
    ]).catch(async (error: unknown) => {
      await this.#store.releaseLease(lease, { sent: false });
      throw error;
    });
    const seal = this.#once(prepared);
    return {
      stored,
      renew: (renewedMs) => this.#store.renewLease(lease, renewedMs),
      commit: (credentials) => this.#store.commit(lease, seal(credentials)),
      release: (options) => this.#store.releaseLease(lease, options),
      requireReauthorization: () => this.#store.requireReauthorization(lease),
    };
  }

  /** Stops all use of a credential at once, and gives it, so that it can be revoked at the provider. */
  async revoke(key: CredentialKey): Promise<RevokedCredential | undefined> {
    assertCredentialKey(key);
    const record = await this.#store.revoke(key);
    if (record === undefined) return undefined;
    const stored = await this.#openIfReadable(record, key);
    return { key, fingerprint: record.fingerprint, credentials: stored?.credentials };
  }

  /**
   * Claims credentials whose refresh was begun by a process that did not finish it. Each is given to
   * one caller until `claimMs` are over or the credential is written.
   */
  async claimOrphans(options: ClaimOptions): Promise<readonly CredentialKey[]> {
    return this.#store.claimOrphans(options);
  }

  /** Claims, in the same way, credentials that were not written for `idleMs`. */
  async claimIdle(options: ClaimIdleOptions): Promise<readonly CredentialKey[]> {
    return this.#store.claimIdle(options);
  }

  /** Tells of changes made by any process; nothing where the store cannot. */
  async watch(listener: (change: CredentialChange) => void): Promise<StopWatching | undefined> {
    return this.#store.watch?.(listener);
  }

  /** One write, however often it is sent: its fingerprint stays, the lifetimes shrink. */
  #once(prepared: PreparedSeal): (credentials: OAuth2Credentials) => SealedCredential {
    const fingerprint = randomBytes(16).toString("base64url");
    return (credentials) => {
      const now = this.clock.now();
      const { expiresAt } = credentials.accessToken;
      return {
        ...prepared.seal(encodeCredentials(credentials, new Date(now))),
        fingerprint,
        expiresInMs: expiresAt && expiresAt.getTime() - now,
      };
    };
  }

  /** One that does not open is nobody's reason to leave all others alone. */
  async #openIfReadable(
    record: CredentialRecord,
    key: CredentialKey,
  ): Promise<StoredCredential | undefined> {
    try {
      return await this.#open(record, key);
    } catch (error) {
      if (isOAuth2Error(error) && error.code === "sealing_failed") return undefined;
      throw error;
    }
  }

  /** Opens a record for the key that was asked for: what the row says of itself is not trusted. */
  async #open(record: CredentialRecord, key: CredentialKey): Promise<StoredCredential> {
    const plaintext = await this.sealer.open(record.sealed, credentialsContext(key));
    return toStoredCredential(record, { key, plaintext, now: this.clock.now() });
  }
}
