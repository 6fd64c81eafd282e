import type { Span } from "@opentelemetry/api";
import {
  type AccessToken,
  type Clock,
  type CredentialChange,
  type CredentialKey,
  credentialId,
  NeedsUserAuthorizationError,
  type OAuth2Config,
} from "@rak-oauth/core";
import { assertScopes } from "./assert-scopes.js";
import { cacheSlot } from "./cache-slot.js";
import { type Flight, type FlightState, Flights, type Landed } from "./flights.js";
import { onDemandFlows } from "./on-demand-grant.js";
import { SharedWait } from "./shared-wait.js";
import { blindIntervalMs } from "./stored-grant.js";
import { believed, type CachedToken, satisfies, TokenCache, toCachedToken } from "./token-cache.js";
import type { TokenManagerLimits } from "./token-manager-options.js";
import {
  asksForNothing,
  covers,
  type ObtainedToken,
  type TokenNeed,
  toNeed,
} from "./token-need.js";
import type { TokenObserver } from "./token-observer.js";
import type { GetTokenOptions } from "./token-source.js";
import { type TokenSubject, toCredentialKey } from "./token-subject.js";
import { type UntilSettledOptions, untilSettled } from "./until-settled.js";

/** Whose token is asked for, and what it is to be. */
export type TokenRequest = TokenSubject & GetTokenOptions;

/** One way to a token, as its caller asked for it. */
export interface WantedToken {
  /** What this process keeps the token by. */
  readonly slot: string;
  /** What the store calls its credential. */
  readonly id: string;
  readonly key: CredentialKey;
  readonly need: TokenNeed;
  readonly request: TokenRequest;
  /** Whether nobody waits for it yet. */
  readonly isInBackground?: boolean | undefined;
}

/** Options of {@link TokenDesk}. */
export interface TokenDeskOptions {
  readonly config: OAuth2Config;
  readonly clock: Clock;
  readonly limits: TokenManagerLimits;
  readonly observer: TokenObserver;
  /** Gets a token from the store or the provider. */
  readonly obtain: (wanted: WantedToken) => Promise<ObtainedToken>;
  /** Whether as many token requests are under way as may be. */
  readonly isBusy: () => boolean;
}

const backgroundIntervalMs = 1_000;
/** How long callers who could be given a good token wait for the store to confirm it. */
const confirmingMs = 250;

/** Serves the callers of one process: from its cache, or by one flight for all who want the same. */
export class TokenDesk {
  readonly #options: TokenDeskOptions;
  readonly #clock: Clock;
  readonly #observer: TokenObserver;
  readonly #cache: TokenCache;
  readonly #flights = new Flights();
  readonly #isOnDemand: boolean;
  /** What every caller's wait has in common. */
  readonly #patience: Pick<UntilSettledOptions, "provider" | "timeoutMs">;

  constructor(options: TokenDeskOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#observer = options.observer;
    this.#cache = new TokenCache(options.limits.maximumCachedTokens);
    this.#isOnDemand = onDemandFlows.has(options.config.flow);
    this.#patience = {
      provider: options.config.provider,
      timeoutMs: options.limits.waitTimeoutMs,
    };
  }

  /** A token as `TokenManager.getToken` gives it. */
  getToken(request: TokenRequest): Promise<AccessToken> {
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
    const { scopes } = request;
    // One hop less for the many whose scopes need no look: thousands may wait.
    if (scopes === undefined || this.#isOnDemand) return this.#serve(request, slot);
    return this.#serveWithScopes(request, slot, scopes);
  }

  /** Keeps nothing of this credential any more, nor what is on its way. */
  forget(id: string): void {
    this.#cache.deleteById(id);
    this.#flights.outdate(id);
  }

  /** Takes notice of what was changed in the store. */
  onChange(change: CredentialChange): void {
    switch (change.kind) {
      case "lost":
        this.#cache.believeUntil(this.#clock.now());
        break;
      case "reset":
        this.#cache.clear();
        this.#flights.outdateAll();
        break;
      default:
        this.forget(change.id);
    }
  }

  /** Resolves when nothing is on its way any more. */
  async settle(): Promise<void> {
    await this.#flights.settle();
  }

  /** @param waitUntilMs - one caller's patience, however many flights it waits for */
  async #serve(
    request: TokenRequest,
    slot: string,
    waitUntilMs: number = performance.now() + this.#patience.timeoutMs,
  ): Promise<AccessToken> {
    const wanted = this.#want(request, slot);
    const { need } = wanted;
    const { signal } = request;
    signal?.throwIfAborted();
    const cached = this.#cache.get(slot);
    const now = this.#clock.now();
    const kept = cached !== undefined && satisfies(cached, need, now) ? cached : undefined;
    if (kept !== undefined && now < kept.believedUntilMs) {
      if (kept.refreshAtMs <= now) this.#refreshInBackground(wanted, kept);
      this.#observer.served("cache");
      return kept.token;
    }
    const joined = this.#flights.get(slot);
    if (kept !== undefined) {
      // A refresh says nothing of what is stored until it is over.
      const asking = joined === undefined || joined.plan.isInBackground ? undefined : joined;
      return this.#confirm(wanted, kept, asking ?? this.#start(wanted), waitUntilMs);
    }
    if (joined !== undefined && signal === undefined && asksForNothing(request)) {
      joined.sharedWait = this.#share(joined);
      return joined.sharedWait.join();
    }
    const flight = joined ?? this.#start(wanted);
    const landed = await untilSettled(flight.promise, {
      ...this.#patience,
      remainingMs: waitUntilMs - performance.now(),
      signal,
    });
    // A flight that somebody else started may have wanted less than this caller does.
    if (!this.#serves(landed, flight, need)) return this.#serve(request, slot, waitUntilMs);
    this.#observer.served(landed.refreshed ? "provider" : "store");
    return landed.cached.token;
  }

  #serves(landed: Landed, flight: Flight, need: TokenNeed): boolean {
    if (covers(flight.plan.need, need)) return true;
    if (need.refused === "stored") return landed.refreshed;
    return satisfies(landed.cached, need, this.#clock.now());
  }

  /** A wait that callers share who want any good token and come within a hundredth of their patience. */
  #share(flight: Flight): SharedWait {
    return new SharedWait(
      async (callers) => {
        const landed = await untilSettled(flight.promise, this.#patience);
        this.#observer.served(landed.refreshed ? "provider" : "store", callers());
        return landed.cached.token;
      },
      this.#clock.now() + this.#patience.timeoutMs / 100,
    );
  }

  /**
   * Asks the store whether a token that is kept here still stands. Where the store does not say soon, the
   * token is given for a while longer: a store that is away is no reason to stop.
   */
  async #confirm(
    { id, slot, need, request }: WantedToken,
    kept: CachedToken,
    flight: Flight,
    waitUntilMs: number,
  ): Promise<AccessToken> {
    const { signal } = request;
    try {
      const waiting = { ...this.#patience, remainingMs: confirmingMs, signal };
      const landed = await untilSettled(flight.promise, waiting);
      if (!this.#serves(landed, flight, need)) return this.#serve(request, slot, waitUntilMs);
      this.#observer.served(landed.refreshed ? "provider" : "store");
      return landed.cached.token;
    } catch (error) {
      if (error instanceof NeedsUserAuthorizationError || signal?.aborted) throw error;
      // What is kept is not what is stored any more: it takes another look.
      if (flight.state.outdated) return this.#serve(request, slot, waitUntilMs);
      this.#cache.set(slot, id, believed(kept, this.#clock.now() + blindIntervalMs));
      this.#observer.served("cache");
      return kept.token;
    }
  }

  #start(wanted: WantedToken): Flight {
    return this.#flights.start(wanted, (state) =>
      this.#observer.span("rak_oauth.obtain_token", (span) => this.#fly(wanted, state, span)),
    );
  }

  async #fly(wanted: WantedToken, state: FlightState, span: Span): Promise<Landed> {
    const { slot, id } = wanted;
    try {
      const obtained = await this.#options.obtain(wanted);
      const { refreshed } = obtained;
      span.setAttribute("rak_oauth.refreshed", refreshed);
      const cached = toCachedToken(obtained, this.#clock.now());
      // What changed while we were reading may be newer than what we read: used once, not kept.
      if (!state.outdated) this.#cache.set(slot, id, cached);
      return { cached, refreshed };
    } catch (error) {
      // Whoever was content with what is kept here must not be any longer.
      if (error instanceof NeedsUserAuthorizationError) this.#cache.deleteById(id);
      throw error;
    }
  }

  #refreshInBackground(wanted: WantedToken, cached: CachedToken): void {
    const { slot, id, request } = wanted;
    // Its failure concerns nobody yet: the token is still good, and the next try is a second away.
    const refreshAtMs = this.#clock.now() + backgroundIntervalMs;
    this.#cache.set(slot, id, believed({ ...cached, refreshAtMs }, cached.believedUntilMs));
    // Those whose token has expired go first.
    if (this.#options.isBusy() || this.#flights.get(slot) !== undefined) return;
    const { resource } = request;
    const need = { minimumRemainingMs: 0, resource, refused: cached.token };
    this.#start({ ...wanted, need, isInBackground: true });
  }

  #want(request: TokenRequest, slot: string): WantedToken {
    const key = toCredentialKey(this.#options.config, request);
    return { slot, id: credentialId(key), key, need: toNeed(request), request };
  }

  /** What this process keeps a token by. Only what is asked for on demand depends on its scopes. */
  #slotOf(request: TokenRequest): string {
    const { resource, scopes } = request;
    if (!this.#isOnDemand) return cacheSlot(request, resource, undefined);
    const subject = this.#options.config.flow === "client_credentials" ? {} : request;
    // What is no list is refused where the request is read.
    return cacheSlot(subject, resource, Array.isArray(scopes) ? scopes : undefined);
  }

  async #serveWithScopes(
    request: TokenRequest,
    slot: string,
    scopes: readonly string[],
  ): Promise<AccessToken> {
    const token = await this.#serve(request, slot);
    assertScopes(this.#options.config, token, scopes);
    return token;
  }
}
