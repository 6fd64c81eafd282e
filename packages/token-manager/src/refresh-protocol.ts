import {
  type Clock,
  type CredentialKey,
  type CredentialService,
  credentialId,
  type HeldLease,
  NeedsUserAuthorizationError,
  type OAuth2Config,
  type OAuth2Credentials,
  OAuth2Error,
  type StoredCredential,
  TokenRequestError,
} from "@rak-oauth/core";
import { LRUCache } from "lru-cache";
import type { LimitFunction } from "p-limit";
import { backoffMs, leftAlone } from "./backoff.js";
import type { ChangeSignal } from "./change-signal.js";
import { isReplaced } from "./is-replaced.js";
import { keepRenewing, type LeaseRenewal } from "./lease-renewal.js";
import { NotSentError } from "./not-sent-error.js";
import { revokeCredentials } from "./revoke-credentials.js";
import type { StoreOutage } from "./store-outage.js";
import { canRefresh, freshToken, issuedFor, livingToken, settleNeed } from "./stored-token.js";
import type { TokenEndpoint } from "./token-endpoint.js";
import type { IssuedToken, ObtainedToken, SettledNeed, TokenNeed } from "./token-need.js";
import type { TokenObserver } from "./token-observer.js";
import { UnwrittenCredentials } from "./unwritten-credentials.js";

/** Options of {@link RefreshProtocol}. */
export interface RefreshProtocolOptions {
  readonly config: OAuth2Config;
  readonly credentials: CredentialService;
  readonly endpoint: TokenEndpoint;
  readonly changes: ChangeSignal;
  readonly outage: StoreOutage;
  readonly observer: TokenObserver;
  readonly clock: Clock;
  /** Lets so many refreshes run at once as the provider can bear. */
  readonly limit: LimitFunction;
  /** How long a refresh lease lasts unless its living holder renews it. */
  readonly leaseMs: number;
  /** How long the whole may take before it is given up, waiting for siblings included. */
  readonly limitMs: number;
}

/** A credential of which no token will do, as it was seen, and what is needed of the next one. */
interface RefreshableCredential
  extends Pick<StoredCredential, "key" | "fingerprint" | "spendCount"> {
  readonly need: SettledNeed;
  /** How long to take the refresh token for somebody else's, in milliseconds. */
  readonly heldMs: number;
}

type Found = { readonly given: IssuedToken } | RefreshableCredential;

const maximumRefusals = 10_000;
/** How long callers wait for the store to take a token that they could be given. */
const writingMs = 1_000;

/**
 * Refreshes a rotating refresh token exactly once, however many processes share the store:
 * read → lease → spend → compare-and-swap → everyone gets the winner's token.
 */
export class RefreshProtocol {
  readonly #options: RefreshProtocolOptions;
  readonly #unwritten = new UnwrittenCredentials();
  /** What providers said last to this process, by what was stored then. */
  readonly #refusals = new LRUCache<string, TokenRequestError>({ max: maximumRefusals });

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
    const { changes, clock, leaseMs, limitMs } = this.#options;
    const id = credentialId(key);
    const giveUpAt = clock.now() + limitMs;
    const watch = changes.watch(id);
    let need = wanted;
    try {
      while (clock.now() < giveUpAt) {
        await this.#unwritten.landed(id);
        watch.begin();
        const found = await this.#look(key, need);
        if ("given" in found) return { ...found.given, refreshed: false };
        // What is stored later is not what was refused.
        need = found.need;
        if (found.heldMs > 0) {
          await watch.wait(found.heldMs);
          continue;
        }
        const obtained = await this.#refreshInTurn(found);
        if (obtained === "taken") await watch.wait(leaseMs);
        else if (obtained !== undefined) return obtained;
      }
    } finally {
      watch.close();
    }
    throw new OAuth2Error(
      "token_request_deadline",
      `Another process has been refreshing the token of ${key.provider} for ${limitMs} ms. Try again later; if this stays, look at the provider's and the store's response times.`,
    );
  }

  /** Resolves once every refreshed credential is in the store. */
  async settle(): Promise<void> {
    await this.#unwritten.settle();
  }

  /** Looks for a token in the store; keeps nothing else of it, for thousands may wait for their turn. */
  async #look(key: CredentialKey, wanted: TokenNeed): Promise<Found> {
    const { config, clock, credentials, outage } = this.#options;
    const stored = await outage.read(credentials.read(key));
    if (stored?.status !== "active") throw this.#needsUser(key, reasonOf(stored));
    const need = settleNeed(wanted, stored);
    const now = clock.now();
    const fresh = freshToken(stored, need, now);
    if (fresh !== undefined) return { given: fresh };
    if (!canRefresh(config, stored, now)) throw this.#needsUser(key, "expired");
    const { fingerprint, spendCount, retryInMs } = stored;
    if (retryInMs > 0) {
      const living = livingToken(stored, need, now);
      if (living !== undefined) return { given: living };
      throw leftAlone(key.provider, retryInMs, this.#refusals.get(fingerprint));
    }
    return { key, fingerprint, spendCount, need, heldMs: this.#heldMs(stored) };
  }

  /** After an outage of the store a living holder gets a lease's time to write or to renew. */
  #heldMs({ leaseEndsInMs, spendCount }: StoredCredential): number {
    const { outage } = this.#options;
    return spendCount === 0 ? leaseEndsInMs : Math.max(leaseEndsInMs, outage.aftermathMs);
  }

  /**
   * Refreshes when its turn comes, which ends with the provider's answer: what is left to do then is
   * between us and the store. What was seen may be old by then: the lease is given only if nothing changed.
   */
  async #refreshInTurn(seen: RefreshableCredential): Promise<ObtainedToken | "taken" | undefined> {
    let refreshing: Promise<ObtainedToken | "taken" | undefined> | undefined;
    await this.#options.limit(
      () =>
        new Promise<void>((end) => {
          refreshing = this.#refresh(seen, end);
          refreshing.then(
            () => end(),
            () => end(),
          );
        }),
    );
    return refreshing;
  }

  /**
   * Takes the lease and spends; `taken` means that somebody else has the lease or has changed what was
   * seen, undefined that there is something newer to read.
   */
  async #refresh(
    seen: RefreshableCredential,
    onAnswered: () => void,
  ): Promise<ObtainedToken | "taken" | undefined> {
    const { clock, credentials, leaseMs, observer, outage } = this.#options;
    return observer.span("rak_oauth.refresh", async (span) => {
      const askedAt = clock.now();
      const taken = await outage.write(credentials.acquireLease(seen, leaseMs));
      span.setAttribute("rak_oauth.leased", taken !== undefined);
      if (taken === undefined) return "taken";
      const lease = outage.ofLease(taken);
      const { spendCount } = lease.stored;
      // Somebody else's lease came and lapsed since then, or the outage in which it did is just over.
      const isHeld = spendCount > 1 && outage.aftermathMs > 0;
      if (isHeld || spendCount > seen.spendCount + 1) {
        await lease.release({ sent: false });
        return undefined;
      }
      const renewal = keepRenewing(lease, leaseMs, clock, askedAt);
      return this.#spend(lease, renewal, seen.need, onAnswered);
    });
  }

  async #spend(
    lease: HeldLease,
    renewal: LeaseRenewal,
    need: SettledNeed,
    onAnswered: () => void,
  ): Promise<ObtainedToken | undefined> {
    const { resource } = need;
    let sent = false;
    const maySend = () => {
      sent = renewal.isSure();
      return sent;
    };
    let refreshed: OAuth2Credentials;
    try {
      refreshed = await this.#options.endpoint.refresh(lease.stored.credentials, {
        resource,
        maySend,
      });
    } catch (error) {
      // Renewed until it is given back: whether the grant is dead takes as long as a lease to know.
      const givingBack = sent ? this.#giveBack(lease, need, error) : this.#keepUnsent(lease, error);
      return await givingBack.finally(() => renewal.stop());
    }
    onAnswered();
    // From here on the only living refresh token may be the one in `refreshed`.
    const writing = lease.commit(refreshed);
    const won = await soon(writing, writingMs);
    if (won === undefined) {
      // The store's trouble is not the caller's: the token is served, and the write repeated. Until it
      // lands the lease is kept, so that nobody sends the old refresh token again.
      this.#writeUntilLanded(lease, refreshed, renewal, writing);
      return this.#gained(lease, refreshed, need);
    }
    renewal.stop();
    if (won) return this.#gained(lease, refreshed, need);
    const { key } = lease.stored;
    this.#unwritten.add(credentialId(key), () => this.#discard(key, refreshed));
    return undefined;
  }

  #gained(lease: HeldLease, refreshed: OAuth2Credentials, need: SettledNeed): ObtainedToken {
    const issued = issuedFor(refreshed, need.resource) ?? { token: refreshed.accessToken };
    this.#options.observer.tell({
      type: "refreshed",
      key: lease.stored.key,
      lifetimeSeconds: issued.lifetimeSeconds,
      recovered: lease.stored.spendCount > 1,
    });
    return { ...issued, refreshed: true };
  }

  /** Nothing was spent, and the lease may be somebody else's by now. */
  async #keepUnsent(lease: HeldLease, error: unknown): Promise<undefined> {
    await lease.release({ sent: false });
    if (!(error instanceof NotSentError)) throw error;
  }

  /** The provider gave no token. What is stored stays, unless the refresh token is really dead. */
  async #giveBack(
    lease: HeldLease,
    need: SettledNeed,
    error: unknown,
  ): Promise<ObtainedToken | undefined> {
    const { clock, observer } = this.#options;
    const { key } = lease.stored;
    const refusal = error instanceof TokenRequestError ? error : undefined;
    if (refusal?.kind === "terminal") {
      await this.#bury(lease, refusal);
      return undefined;
    }
    if (refusal !== undefined) this.#refusals.set(lease.stored.fingerprint, refusal);
    const retryInMs = backoffMs(lease.stored.spendCount, error);
    // Where the store is gone too, the lease ends by itself; the first trouble is the one to tell.
    await lease.release({ sent: true, retryInMs }).catch(() => false);
    observer.tell({
      type: "refresh_failed",
      key,
      kind: refusal?.kind ?? "transient",
      error: refusal?.error,
      status: refusal?.status,
      retryInMs,
    });
    const living = livingToken(lease.stored, need, clock.now());
    if (living === undefined) throw error;
    return { ...living, refreshed: false };
  }

  /** The provider says the refresh token is dead. Perhaps: or a sibling has spent it. */
  async #bury(lease: HeldLease, error: TokenRequestError): Promise<void> {
    const { leaseMs, observer } = this.#options;
    const { key, spendCount } = lease.stored;
    // When it was sent before, the answer to that may still be on its way to the store.
    const waitMs = spendCount > 1 ? leaseMs : 0;
    if (await isReplaced(lease.stored, waitMs, this.#options)) return;
    if (await lease.requireReauthorization()) {
      observer.tell({ type: "reauthorization_required", key });
      throw this.#needsUser(key, "expired", error);
    }
  }

  /** A lost race leaves tokens nobody will keep; after a revocation they must not stay alive. */
  async #discard(key: CredentialKey, refreshed: OAuth2Credentials): Promise<void> {
    const { credentials, endpoint } = this.#options;
    const latest = await credentials.read(key);
    if (latest !== undefined && latest.status !== "revoked") return;
    await revokeCredentials(endpoint, refreshed);
  }

  /** @param writing - the write that failed, or may do so still */
  #writeUntilLanded(
    lease: HeldLease,
    refreshed: OAuth2Credentials,
    renewal: LeaseRenewal,
    writing: Promise<boolean>,
  ): void {
    const { observer } = this.#options;
    const { key } = lease.stored;
    observer.tell({ type: "write_delayed", key });
    let under: Promise<boolean> | undefined = writing;
    this.#unwritten.add(credentialId(key), async () => {
      const attempt = under ?? lease.commit(refreshed);
      under = undefined;
      const won = await attempt;
      if (!won) await this.#discard(key, refreshed);
      renewal.stop();
      observer.tell({ type: won ? "write_landed" : "write_superseded", key });
    });
  }

  #needsUser(
    key: CredentialKey,
    reason: "connect" | "revoked" | "expired",
    cause?: unknown,
  ): NeedsUserAuthorizationError {
    const { scopes } = this.#options.config;
    return new NeedsUserAuthorizationError({ provider: key.provider, reason, scopes, cause });
  }
}

/** What becomes of a write; undefined where it fails or takes longer. */
function soon(writing: Promise<boolean>, limitMs: number): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs, undefined);
    const settle = (won?: boolean) => {
      clearTimeout(timer);
      resolve(won);
    };
    writing.then(settle, () => settle());
  });
}

/** Why there is nothing to use. */
function reasonOf(stored: StoredCredential | undefined): "connect" | "revoked" | "expired" {
  if (stored === undefined) return "connect";
  return stored.status === "revoked" ? "revoked" : "expired";
}
