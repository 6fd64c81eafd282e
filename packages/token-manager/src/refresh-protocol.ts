import { setTimeout as delay } from "node:timers/promises";
import {
  type AccessToken,
  type AuthorizationReason,
  type Clock,
  type CredentialKey,
  type CredentialService,
  type CredentialStatus,
  credentialId,
  type HeldLease,
  NeedsUserAuthorizationError,
  type OAuth2Config,
  type OAuth2Credentials,
  OAuth2Error,
  type StoredCredential,
  TokenRequestError,
} from "@rak-oauth/core";
import type { ChangeSignal } from "./change-signal.js";
import type { TokenEndpoint } from "./token-endpoint.js";

/** What a caller needs of a token for it to be served without asking the provider. */
export interface TokenNeed {
  /** How long it has to be good for, in milliseconds. */
  readonly minimumRemainingMs: number;
  /** A token that will not do, although it is good by its date; `stored`: whichever is stored now. */
  readonly refused?: AccessToken | "stored" | undefined;
}

/** A need that no longer depends on the moment: what is refused is known. */
type SettledNeed = TokenNeed & { readonly refused?: AccessToken | undefined };

/** A token and whether it took a request to the provider. */
export interface ObtainedToken {
  readonly credentials: OAuth2Credentials;
  readonly refreshed: boolean;
}

/** Options of {@link RefreshProtocol}. */
export interface RefreshProtocolOptions {
  readonly config: OAuth2Config;
  readonly credentials: CredentialService;
  readonly endpoint: TokenEndpoint;
  readonly changes: ChangeSignal;
  readonly clock: Clock;
  /** How long a refresh lease lasts unless its living holder renews it. */
  readonly leaseMs: number;
  /** How long the whole may take before it is given up, waiting for siblings included. */
  readonly limitMs: number;
}

const pollMs = 100;
const shortestBackoffMs = 1_000;
const longestBackoffMs = 60_000;
const longestWriteRetryMs = 1_000;

/**
 * Refreshes a rotating refresh token exactly once, however many processes share the store:
 * read → lease → spend → compare-and-swap → everyone gets the winner's token.
 */
export class RefreshProtocol {
  readonly #options: RefreshProtocolOptions;
  /** Refreshed credentials that the store did not take yet; the old refresh token must not be sent. */
  readonly #unwritten = new Map<string, Promise<void>>();

  constructor(options: RefreshProtocolOptions) {
    this.#options = options;
  }

  /**
   * The token of `key`, refreshed if `need` asks for it.
   *
   * @throws NeedsUserAuthorizationError when there is no grant, or it is dead.
   * @throws TokenRequestError when the provider did not give a token and the stored one will not do.
   * @throws OAuth2Error with code `token_request_deadline` when siblings took too long.
   */
  async obtain(key: CredentialKey, wanted: TokenNeed): Promise<ObtainedToken> {
    const { clock, credentials, leaseMs, limitMs } = this.#options;
    const giveUpAt = clock.now() + limitMs;
    let need: SettledNeed | undefined;
    while (clock.now() < giveUpAt) {
      await this.#unwritten.get(credentialId(key));
      const stored = await credentials.read(key);
      if (stored?.status !== "active") throw this.#needsUser(key, stored?.status);
      need ??= settleNeed(wanted, stored);
      if (isFresh(stored, need)) return { credentials: stored.credentials, refreshed: false };
      if (stored.credentials.refreshToken === undefined) throw this.#needsUser(key, "expired");
      if (stored.retryInMs > 0) return this.#serveDuringBackoff(stored, need);
      if (stored.leaseEndsInMs > 0) {
        await this.#changed(key, stored.leaseEndsInMs);
        continue;
      }
      const askedAt = clock.now();
      const lease = await credentials.acquireLease(stored, leaseMs);
      if (lease === undefined) {
        await this.#changed(key, pollMs);
        continue;
      }
      if (clock.now() - askedAt > leaseMs / 2) {
        // Woken late, after a suspend or a pause: the lease may be somebody else's by now.
        await lease.release({ sent: false });
        continue;
      }
      const obtained = await this.#spend(key, lease, need);
      if (obtained !== undefined) return obtained;
    }
    throw new OAuth2Error(
      "token_request_deadline",
      `Another process has been refreshing the token of ${key.provider} for ${limitMs} ms. Try again later; if this stays, look at the provider's and the store's response times.`,
    );
  }

  /** Resolves once every refreshed credential is in the store. */
  async settle(): Promise<void> {
    await Promise.all(this.#unwritten.values());
  }

  /** Sends the refresh token; undefined means that somebody else was first: read again. */
  async #spend(
    key: CredentialKey,
    lease: HeldLease,
    need: SettledNeed,
  ): Promise<ObtainedToken | undefined> {
    const stopRenewing = this.#keepRenewing(lease);
    let refreshed: OAuth2Credentials;
    try {
      refreshed = await this.#options.endpoint.refresh(lease.stored.credentials);
    } catch (error) {
      stopRenewing();
      if (error instanceof TokenRequestError && error.kind === "terminal") {
        await this.#bury(key, lease, error);
        return undefined;
      }
      const retryInMs = backoffMs(lease.spendCount, error);
      // Where the store is gone too, the lease ends by itself; the first trouble is the one to tell.
      await lease.release({ sent: true, retryInMs }).catch(() => false);
      if (isServable(lease.stored, need)) {
        return { credentials: lease.stored.credentials, refreshed: false };
      }
      throw error;
    }
    // From here on the only living refresh token may be the one in `refreshed`.
    let won: boolean;
    try {
      won = await lease.commit(refreshed);
    } catch {
      // The store's trouble is not the caller's: the token is served, and the write repeated. Until it
      // lands the lease is kept, so that nobody sends the old refresh token again.
      this.#writeUntilLanded(key, lease, refreshed, stopRenewing);
      return { credentials: refreshed, refreshed: true };
    }
    stopRenewing();
    if (won) return { credentials: refreshed, refreshed: true };
    await this.#discard(key, refreshed);
    return undefined;
  }

  /** The provider says the refresh token is dead. Perhaps: or a sibling has spent it. */
  async #bury(key: CredentialKey, lease: HeldLease, error: TokenRequestError): Promise<void> {
    const { credentials, leaseMs, clock } = this.#options;
    // When it was sent before, the answer to that may still be on its way to the store.
    const waitUntil = lease.spendCount > 1 ? clock.now() + leaseMs : clock.now();
    for (;;) {
      const latest = await credentials.read(key);
      if (latest?.fingerprint !== lease.stored.fingerprint) return;
      const remainingMs = waitUntil - clock.now();
      if (remainingMs <= 0) break;
      await this.#changed(key, remainingMs);
    }
    if (await lease.requireReauthorization()) throw this.#needsUser(key, "expired", error);
  }

  /** A lost race leaves tokens nobody will keep; after a revocation they must not stay alive. */
  async #discard(key: CredentialKey, refreshed: OAuth2Credentials): Promise<void> {
    const latest = await this.#options.credentials.read(key);
    if (latest !== undefined && latest.status !== "revoked") return;
    if (refreshed.refreshToken !== undefined) {
      await this.#options.endpoint.revoke(refreshed.refreshToken, "refresh_token");
    }
    await this.#options.endpoint.revoke(refreshed.accessToken, "access_token");
  }

  #writeUntilLanded(
    key: CredentialKey,
    lease: HeldLease,
    refreshed: OAuth2Credentials,
    stopRenewing: () => void,
  ): void {
    const id = credentialId(key);
    const write = async () => {
      for (let waitMs = 25; ; waitMs = Math.min(2 * waitMs, longestWriteRetryMs)) {
        await delay(waitMs);
        try {
          if (!(await lease.commit(refreshed))) await this.#discard(key, refreshed);
          return;
        } catch {
          // Still unreachable: the only living refresh token is here, so go on.
        }
      }
    };
    const landed = write().finally(() => {
      stopRenewing();
      this.#unwritten.delete(id);
    });
    this.#unwritten.set(id, landed);
  }

  #keepRenewing(lease: HeldLease): () => void {
    const { leaseMs } = this.#options;
    const timer = setInterval(() => {
      // A lease that could not be renewed is no reason to stop: success is written by fingerprint.
      lease.renew(leaseMs).then(
        (held) => {
          if (!held) clearInterval(timer);
        },
        () => undefined,
      );
    }, leaseMs / 3);
    return () => clearInterval(timer);
  }

  #serveDuringBackoff(stored: StoredCredential, need: SettledNeed): ObtainedToken {
    if (isServable(stored, need)) return { credentials: stored.credentials, refreshed: false };
    throw new TokenRequestError(
      `The provider ${stored.key.provider} did not give a token lately and is left alone for another ${Math.ceil(stored.retryInMs / 1000)} s. Nothing is lost; try again then.`,
      { provider: stored.key.provider, kind: "transient", retryAfterMs: stored.retryInMs },
    );
  }

  async #changed(key: CredentialKey, limitMs: number): Promise<void> {
    // Jitter, so that a fleet's polls do not arrive together.
    const jittered = pollMs * (0.5 + Math.random());
    await this.#options.changes.wait(credentialId(key), Math.min(limitMs, jittered));
  }

  #needsUser(
    key: CredentialKey,
    status: CredentialStatus | "expired" | undefined,
    cause?: unknown,
  ): NeedsUserAuthorizationError {
    const reasons: Record<string, AuthorizationReason> = {
      revoked: "revoked",
      reauthorization_required: "expired",
      expired: "expired",
    };
    return new NeedsUserAuthorizationError({
      provider: key.provider,
      reason: (status && reasons[status]) ?? "connect",
      scopes: this.#options.config.scopes,
      cause,
    });
  }
}

function settleNeed(wanted: TokenNeed, stored: StoredCredential): SettledNeed {
  const { minimumRemainingMs, refused } = wanted;
  return {
    minimumRemainingMs,
    refused: refused === "stored" ? stored.credentials.accessToken : refused,
  };
}

/** Good enough to be used as if nothing were wrong. */
function isFresh(stored: StoredCredential, need: SettledNeed): boolean {
  const remainingMs = stored.expiresInMs ?? Number.POSITIVE_INFINITY;
  return (
    remainingMs > need.minimumRemainingMs &&
    stored.credentials.accessToken.secret() !== need.refused?.secret()
  );
}

/** Still alive, and better than nothing while the provider has trouble. */
function isServable(stored: StoredCredential, need: SettledNeed): boolean {
  return isFresh(stored, { minimumRemainingMs: 0, refused: need.refused });
}

/** Doubles with each try, half of it by chance; the provider's own wish goes first. */
function backoffMs(tries: number, error: unknown): number {
  const wish = error instanceof TokenRequestError ? error.retryAfterMs : undefined;
  const backoff = Math.min(shortestBackoffMs * 2 ** (tries - 1), longestBackoffMs);
  return wish ?? backoff * (0.5 + Math.random() / 2);
}
