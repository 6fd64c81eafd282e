import {
  type AccessToken,
  type Clock,
  type CredentialChange,
  type CredentialKey,
  type CredentialService,
  credentialId,
  type OAuth2Config,
} from "@rak-oauth/core";
import pLimit, { type LimitFunction } from "p-limit";
import { assertScopes } from "./assert-scopes.js";
import { cacheSlot } from "./cache-slot.js";
import { type DisconnectResult, disconnect } from "./disconnect.js";
import { type Flight, Flights, type Landed } from "./flights.js";
import { OnDemandGrant, onDemandFlows } from "./on-demand-grant.js";
import { SharedWait } from "./shared-wait.js";
import { StoredGrant } from "./stored-grant.js";
import { Sweeper, type SweepResult } from "./sweeper.js";
import { type CachedToken, TokenCache, toCachedToken } from "./token-cache.js";
import { TokenEndpoint } from "./token-endpoint.js";
import {
  readLimits,
  type TokenManagerLimits,
  type TokenManagerOptions,
} from "./token-manager-options.js";
import {
  asksForNothing,
  isFresh,
  type ObtainedToken,
  type TokenNeed,
  toNeed,
} from "./token-need.js";
import { TokenObserver } from "./token-observer.js";
import type { GetTokenOptions, TokenSource } from "./token-source.js";
import { type TokenSubject, toCredentialKey } from "./token-subject.js";
import { untilSettled } from "./until-settled.js";

type TokenRequest = TokenSubject & GetTokenOptions;

const backgroundIntervalMs = 1_000;

/**
 * Gives a usable access token for any user of one provider: from this process's cache, from the
 * store, or by one refresh for all callers of all processes. Make one a provider and share it.
 */
export class TokenManager {
  readonly config: OAuth2Config;
  readonly #credentials: CredentialService;
  readonly #clock: Clock;
  readonly #limits: TokenManagerLimits;
  readonly #limit: LimitFunction;
  readonly #observer: TokenObserver;
  readonly #endpoint: TokenEndpoint;
  readonly #stored: StoredGrant;
  readonly #onDemand: OnDemandGrant | undefined;
  readonly #sweeper: Sweeper;
  readonly #cache: TokenCache;
  readonly #flights = new Flights();

  /** @throws ConfigurationError naming the option that cannot work, and its mend. */
  constructor(options: TokenManagerOptions) {
    const { config, credentials, assertion, subjectToken } = options;
    const { clock } = credentials;
    const limits = readLimits(options);
    const { leaseMs, requestTimeoutMs } = limits;
    const limit = pLimit(limits.maximumConcurrentRequests);
    const observer = new TokenObserver(config.provider, options.onEvent);
    const endpoint = new TokenEndpoint({ config, requestTimeoutMs, fetch: options.fetch, clock });
    const shared = { config, endpoint, observer, clock, limit };
    const { refreshTokenIdleSeconds: idleSeconds } = config.quirks;
    this.config = config;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#limits = limits;
    this.#limit = limit;
    this.#observer = observer;
    this.#endpoint = endpoint;
    this.#stored = new StoredGrant({
      ...shared,
      credentials,
      leaseMs,
      limitMs: requestTimeoutMs + 2 * leaseMs,
      onChange: (change) => this.#onChange(change),
    });
    this.#onDemand = onDemandFlows.has(config.flow)
      ? new OnDemandGrant({ ...shared, assertion, subjectToken })
      : undefined;
    this.#sweeper = new Sweeper({
      provider: config.provider,
      credentials,
      observer,
      // Another token than the one that was seen: a sibling's is as good.
      refresh: ({ key, credentials: { accessToken } }) =>
        this.getToken({ ...key, forceRefresh: accessToken }),
      orphanClaimMs: 2 * leaseMs,
      idleMs: idleSeconds && (idleSeconds * 1000 * 2) / 3,
    });
    this.#cache = new TokenCache(limits.maximumCachedTokens);
  }

  /**
   * A token that can be used now, for one user, or, with flow `client_credentials`, for the
   * application.
   *
   * @throws NeedsUserAuthorizationError when the user has to give consent in the browser.
   * @throws TokenRequestError when the provider could not be asked, or refused for another reason.
   * @throws MissingUserIdError when the flow needs a user and none is named.
   * @throws OAuth2Error with code `token_request_deadline` when it takes longer than `waitTimeoutMs`.
   */
  getToken(request: TokenRequest = {}): Promise<AccessToken> {
    const slot = this.#slotOf(request);
    // By far the most frequent, and nothing but a look at the clock.
    if (asksForNothing(request)) {
      const cached = this.#cache.get(slot);
      const now = this.#clock.now();
      if (cached !== undefined && now < cached.quietUntilMs) {
        this.#observer.served("cache");
        return cached.given;
      }
      const wait = this.#flights.get(slot)?.sharedWait;
      if (wait?.isOpen(now) && request.signal === undefined) return wait.join();
    }
    return this.#getToken(request, slot);
  }

  /** A {@link TokenSource} for one user: all a tool needs. */
  forUser(user: string | TokenSubject): TokenSource {
    const subject = typeof user === "string" ? { userId: user } : user;
    return { getToken: (options) => this.getToken({ ...subject, ...options }) };
  }

  /**
   * Ends a user's connection: stops all use at once, revokes the tokens at the provider (RFC 7009)
   * and forgets them. They are forgotten also when the provider does not answer; the result says so.
   */
  async disconnect(subject: TokenSubject): Promise<DisconnectResult> {
    const key = toCredentialKey(this.config, subject);
    const credentials = this.#credentials;
    try {
      return await disconnect(key, {
        credentials,
        endpoint: this.#endpoint,
        observer: this.#observer,
      });
    } finally {
      this.#forget(credentialId(key));
    }
  }

  /**
   * One round of sweeping: finishes refreshes that a process began and did not live to finish, and
   * uses refresh tokens that would die of idleness. A reuse window at the provider helps only those
   * who come in time, so prefer {@link startSweeping}.
   */
  async sweep(): Promise<SweepResult> {
    return this.#sweeper.sweep();
  }

  /**
   * Sweeps every few seconds until {@link close}, without keeping the process alive. Do so in any
   * number of processes: they share the work.
   */
  startSweeping(): void {
    this.#sweeper.start(this.#limits.leaseMs);
  }

  /** Waits for refreshes on their way, so that none is lost, and stops sweeping and watching. */
  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#flights.settle();
    await this.#stored.close();
  }

  async #getToken(request: TokenRequest, slot: string): Promise<AccessToken> {
    const key = toCredentialKey(this.config, request);
    const need = toNeed(request);
    const cached = this.#cache.get(slot);
    const now = this.#clock.now();
    if (cached !== undefined && now < cached.believedUntilMs && this.#satisfies(cached, need)) {
      if (cached.refreshAtMs <= now) this.#refreshInBackground(slot, key, cached, request);
      this.#observer.served("cache");
      return this.#withScopes(cached.token, request);
    }
    const joined = this.#flights.get(slot);
    if (joined !== undefined && request.signal === undefined && asksForNothing(request)) {
      joined.sharedWait = this.#share(joined, request, slot);
      return joined.sharedWait.join();
    }
    const landed = await this.#wait(
      joined ?? this.#start(slot, key, need, request),
      request.signal,
    );
    // A flight that somebody else started may have wanted less than this caller does.
    const serves =
      need.refused === "stored" ? landed.refreshed : this.#satisfies(landed.cached, need);
    if (joined !== undefined && !serves) return this.#getToken(request, slot);
    this.#observer.served(landed.refreshed ? "provider" : "store");
    return this.#withScopes(landed.cached.token, request);
  }

  /** A wait that callers share who want any good token and come within a hundredth of their patience. */
  #share(flight: Flight, request: TokenRequest, slot: string): SharedWait {
    return new SharedWait(
      async (callers) => {
        const landed = await this.#wait(flight, undefined);
        if (!this.#satisfies(landed.cached, toNeed({}))) return this.#getToken(request, slot);
        this.#observer.served(landed.refreshed ? "provider" : "store", callers());
        return landed.cached.token;
      },
      this.#clock.now() + this.#limits.waitTimeoutMs / 100,
    );
  }

  #wait(flight: Flight, signal: AbortSignal | undefined): Promise<Landed> {
    const { provider } = this.config;
    return untilSettled(flight.promise, {
      provider,
      timeoutMs: this.#limits.waitTimeoutMs,
      signal,
    });
  }

  /** What this process keeps a token by. Only what is asked for on demand depends on its scopes. */
  #slotOf(request: TokenRequest): string {
    const { resource, scopes } = request;
    if (this.#onDemand === undefined) return cacheSlot(request, resource, undefined);
    const subject = this.config.flow === "client_credentials" ? {} : request;
    return cacheSlot(subject, resource, scopes);
  }

  #satisfies(cached: CachedToken, need: TokenNeed): boolean {
    const { refused } = need;
    if (refused === "stored") return false;
    const remainingMs = cached.expiresAtMs - this.#clock.now();
    return isFresh(cached.token, remainingMs, cached.lifetimeMs, { ...need, refused });
  }

  #withScopes(token: AccessToken, { scopes }: TokenRequest): AccessToken {
    if (scopes !== undefined && this.#onDemand === undefined) {
      assertScopes(this.config, token, scopes);
    }
    return token;
  }

  #start(slot: string, key: CredentialKey, need: TokenNeed, request: TokenRequest): Flight {
    return this.#flights.start(slot, credentialId(key), (isCurrent) =>
      this.#observer.span("rak_oauth.obtain_token", async (span) => {
        const obtained = await this.#obtain(slot, key, need, request);
        const { refreshed } = obtained;
        span.setAttribute("rak_oauth.refreshed", refreshed);
        const cached = toCachedToken(obtained, this.#clock.now());
        // What changed while we were reading may be newer than what we read: used once, not kept.
        if (isCurrent()) this.#cache.set(slot, credentialId(key), cached);
        return { cached, refreshed };
      }),
    );
  }

  #obtain(
    slot: string,
    key: CredentialKey,
    need: TokenNeed,
    { scopes = this.config.scopes, resource }: TokenRequest,
  ): Promise<ObtainedToken> {
    return this.#onDemand === undefined
      ? this.#stored.obtain(key, need)
      : this.#onDemand.obtain(slot, { key, scopes, resource });
  }

  #refreshInBackground(
    slot: string,
    key: CredentialKey,
    cached: CachedToken,
    request: TokenRequest,
  ): void {
    // Its failure concerns nobody yet: the token is still good, and the next try is a second away.
    const refreshAtMs = this.#clock.now() + backgroundIntervalMs;
    const quietUntilMs = Math.min(refreshAtMs, cached.believedUntilMs, cached.expiresAtMs);
    this.#cache.set(slot, credentialId(key), { ...cached, refreshAtMs, quietUntilMs });
    // Those whose token has expired go first.
    const isBusy = this.#limit.activeCount >= this.#limits.maximumConcurrentRequests;
    if (isBusy || this.#flights.get(slot) !== undefined) return;
    const { resource } = request;
    this.#start(slot, key, { minimumRemainingMs: 0, resource, refused: cached.token }, request);
  }

  #onChange(change: CredentialChange): void {
    if (change.kind !== "reset") {
      this.#forget(change.id);
      return;
    }
    this.#cache.clear();
    this.#flights.outdateAll();
  }

  #forget(id: string): void {
    this.#cache.deleteById(id);
    this.#flights.outdate(id);
  }
}
