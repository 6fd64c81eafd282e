import {
  type AccessToken,
  type Clock,
  type CredentialChange,
  type CredentialKey,
  type CredentialService,
  credentialId,
  MissingUserIdError,
  type OAuth2Config,
  type StopWatching,
  systemClock,
} from "@rak-oauth/core";
import { ChangeSignal } from "./change-signal.js";
import { type ObtainedToken, RefreshProtocol, type TokenNeed } from "./refresh-protocol.js";
import { type CachedToken, cacheKey, TokenCache, toCachedToken } from "./token-cache.js";
import { type RevocationOutcome, TokenEndpoint } from "./token-endpoint.js";
import type { GetTokenOptions, TokenSource } from "./token-source.js";
import { untilSettled } from "./until-settled.js";

/** Whose token. Without a user it is the application's own. */
export type TokenSubject = Omit<CredentialKey, "provider">;

/** Options of {@link TokenManager}. */
export interface TokenManagerOptions {
  readonly config: OAuth2Config;
  readonly credentials: CredentialService;
  /** How many tokens this process keeps at most. @defaultValue 10000 */
  readonly maximumCachedTokens?: number | undefined;
  /** How long a caller waits for a token, in milliseconds. @defaultValue 30000 */
  readonly waitTimeoutMs?: number | undefined;
  /** How long a refresh lease lasts unless its living holder renews it, in ms. @defaultValue 5000 */
  readonly leaseMs?: number | undefined;
  /** Limit of one token request, in milliseconds. @defaultValue 60000 */
  readonly requestTimeoutMs?: number | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/** What a disconnection really did. */
export interface DisconnectResult {
  /** Whether there was anything to disconnect. It is gone from the store in any case. */
  readonly disconnected: boolean;
  /** What the provider did with the access token; `none` when there was none. */
  readonly accessToken: RevocationOutcome | "none";
  /** What the provider did with the refresh token; `none` when there was none. */
  readonly refreshToken: RevocationOutcome | "none";
}

/** What a sweep found. */
export interface SweepResult {
  /** Refreshes that another process had begun and not finished, and that were finished now. */
  readonly recovered: number;
  /** Those that did not succeed now: the grant is dead, or the provider does not answer. */
  readonly failed: number;
}

interface Landed {
  readonly cached: CachedToken;
  readonly refreshed: boolean;
}

interface Flight {
  readonly promise: Promise<Landed>;
  /** The credential changed elsewhere meanwhile: what this flight finds must not be kept. */
  outdated: boolean;
}

const sweepLimit = 100;
/** Short: what a sweeper that dies has claimed is left to the others in time for a reuse window. */
const sweepClaimMs = 10_000;
const backgroundIntervalMs = 1_000;

/**
 * Gives a usable access token for any user of one provider: from this process's cache, from the
 * store, or by one refresh for all callers of all processes. Make one a provider and share it.
 */
export class TokenManager {
  readonly config: OAuth2Config;
  readonly #credentials: CredentialService;
  readonly #endpoint: TokenEndpoint;
  readonly #protocol: RefreshProtocol;
  readonly #cache: TokenCache;
  readonly #changes = new ChangeSignal();
  readonly #flights = new Map<string, Flight>();
  readonly #clock: Clock;
  readonly #waitTimeoutMs: number;
  #watching: Promise<StopWatching | undefined> | undefined;

  constructor(options: TokenManagerOptions) {
    const { config, credentials, clock = systemClock } = options;
    const leaseMs = options.leaseMs ?? 5_000;
    const requestTimeoutMs = options.requestTimeoutMs ?? 60_000;
    this.config = config;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#waitTimeoutMs = options.waitTimeoutMs ?? 30_000;
    this.#cache = new TokenCache(options.maximumCachedTokens ?? 10_000);
    this.#endpoint = new TokenEndpoint({ config, requestTimeoutMs, fetch: options.fetch, clock });
    this.#protocol = new RefreshProtocol({
      config,
      credentials,
      endpoint: this.#endpoint,
      changes: this.#changes,
      clock,
      leaseMs,
      limitMs: requestTimeoutMs + 2 * leaseMs,
    });
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
  async getToken(request: TokenSubject & GetTokenOptions = {}): Promise<AccessToken> {
    const key = this.#keyOf(request);
    const slot = cacheKey(key);
    const need = toNeed(request);
    for (;;) {
      const cached = this.#cache.get(slot);
      if (cached !== undefined && this.#satisfies(cached, need)) {
        if (cached.refreshAtMs <= this.#clock.now()) this.#refreshInBackground(slot, key, cached);
        return cached.token;
      }
      const joined = this.#flights.get(credentialId(key));
      const flight = joined ?? this.#start(slot, key, need);
      const landed = await untilSettled(flight.promise, {
        provider: key.provider,
        timeoutMs: this.#waitTimeoutMs,
        signal: request.signal,
      });
      // A flight that somebody else started may have wanted less than this caller does.
      const served =
        need.refused === "stored" ? landed.refreshed : this.#satisfies(landed.cached, need);
      if (joined === undefined || served) return landed.cached.token;
    }
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
    const key = this.#keyOf(subject);
    const stored = await this.#credentials.revoke(key);
    this.#forget(credentialId(key));
    if (stored === undefined) {
      return { disconnected: false, accessToken: "none", refreshToken: "none" };
    }
    const { accessToken, refreshToken } = stored.credentials;
    const outcome: DisconnectResult = {
      disconnected: true,
      refreshToken: refreshToken
        ? await this.#endpoint.revoke(refreshToken, "refresh_token")
        : "none",
      accessToken: await this.#endpoint.revoke(accessToken, "access_token"),
    };
    await this.#credentials.deleteCredentials(key);
    return outcome;
  }

  /**
   * Finishes refreshes that a process began and did not live to finish. Run it every few seconds,
   * in any number of processes: a reuse window at the provider helps only those who come in time.
   */
  async sweep(): Promise<SweepResult> {
    const { provider } = this.config;
    const claim = { provider, limit: sweepLimit, claimMs: sweepClaimMs };
    const orphans = await this.#credentials.claimOrphans(claim);
    const results = await Promise.allSettled(
      orphans.map((key) => this.getToken({ ...key, forceRefresh: true })),
    );
    const recovered = results.filter((result) => result.status === "fulfilled").length;
    return { recovered, failed: results.length - recovered };
  }

  /** Waits for refreshes on their way, so that none is lost, and stops watching the store. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()].map((flight) => flight.promise));
    await this.#protocol.settle();
    const stop = await this.#watching;
    await stop?.();
  }

  #keyOf(subject: TokenSubject): CredentialKey {
    const { provider, flow } = this.config;
    if (flow === "client_credentials") return { provider };
    const { tenantId, userId, account } = subject;
    if (userId === undefined) {
      throw new MissingUserIdError(
        `A token of ${provider} belongs to a user, and no userId was given. Pass getToken({ userId }), or use flow "client_credentials" for the application's own.`,
      );
    }
    return { tenantId, userId, provider, account };
  }

  #satisfies(cached: CachedToken, need: TokenNeed): boolean {
    const { refused, minimumRemainingMs } = need;
    return (
      cached.expiresAtMs > this.#clock.now() + minimumRemainingMs &&
      (refused === undefined ||
        (refused !== "stored" && refused.secret() !== cached.token.secret()))
    );
  }

  #start(slot: string, key: CredentialKey, need: TokenNeed): Flight {
    const id = credentialId(key);
    const flight: Flight = {
      outdated: false,
      promise: this.#fly(slot, key, need).finally(() => {
        this.#flights.delete(id);
      }),
    };
    this.#flights.set(id, flight);
    // Every caller awaits the promise itself; when all of them gave up, nobody is left to be told.
    flight.promise.catch(() => undefined);
    return flight;
  }

  async #fly(slot: string, key: CredentialKey, need: TokenNeed): Promise<Landed> {
    const { credentials, refreshed } = await this.#obtain(key, need);
    const { accessToken, lifetimeSeconds } = credentials;
    const cached = toCachedToken(accessToken, lifetimeSeconds, this.#clock.now());
    // What changed while we were reading may be newer than what we read: it is used once, not kept.
    if (!this.#flights.get(credentialId(key))?.outdated) this.#cache.set(slot, key, cached);
    return { cached, refreshed };
  }

  async #obtain(key: CredentialKey, need: TokenNeed): Promise<ObtainedToken> {
    if (this.config.flow === "client_credentials") {
      return { credentials: await this.#endpoint.requestClientCredentials(), refreshed: true };
    }
    this.#watching ??= this.#credentials.watch((change) => this.#onChange(change));
    await this.#watching;
    return this.#protocol.obtain(key, need);
  }

  #refreshInBackground(slot: string, key: CredentialKey, cached: CachedToken): void {
    // Its failure concerns nobody yet: the token is still good, and the next try is a second away.
    const refreshAtMs = this.#clock.now() + backgroundIntervalMs;
    this.#cache.set(slot, key, { ...cached, refreshAtMs });
    if (!this.#flights.has(credentialId(key))) {
      this.#start(slot, key, { minimumRemainingMs: 0, refused: cached.token });
    }
  }

  #onChange(change: CredentialChange): void {
    if (change.kind === "reset") {
      this.#cache.clear();
      for (const flight of this.#flights.values()) flight.outdated = true;
      this.#changes.tellAll();
    } else {
      this.#forget(change.id);
      this.#changes.tell(change.id);
    }
  }

  #forget(id: string): void {
    this.#cache.deleteById(id);
    const flight = this.#flights.get(id);
    if (flight !== undefined) flight.outdated = true;
  }
}

function toNeed(request: GetTokenOptions): TokenNeed {
  const { forceRefresh, minValidSeconds = 0 } = request;
  return {
    minimumRemainingMs: minValidSeconds * 1000,
    refused: forceRefresh === true ? "stored" : forceRefresh || undefined,
  };
}
