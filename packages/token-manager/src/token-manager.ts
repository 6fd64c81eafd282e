import {
  type AccessToken,
  type CredentialService,
  credentialId,
  type OAuth2Config,
} from "@rak-oauth/core";
import pLimit from "p-limit";
import { type DisconnectResult, disconnect } from "./disconnect.js";
import { OnDemandGrant, onDemandFlows } from "./on-demand-grant.js";
import { StoreOutage } from "./store-outage.js";
import { StoredGrant } from "./stored-grant.js";
import { Sweeper, type SweepResult } from "./sweeper.js";
import { TokenDesk, type TokenRequest, type WantedToken } from "./token-desk.js";
import { TokenEndpoint } from "./token-endpoint.js";
import { readLimits, type TokenManagerOptions } from "./token-manager-options.js";
import type { ObtainedToken } from "./token-need.js";
import { TokenObserver } from "./token-observer.js";
import type { TokenSource } from "./token-source.js";
import { type TokenSubject, toCredentialKey } from "./token-subject.js";

/**
 * Gives a usable access token for any user of one provider: from this process's cache, from the
 * store, or by one refresh for all callers of all processes. Make one a provider and share it.
 */
export class TokenManager {
  readonly config: OAuth2Config;
  readonly #credentials: CredentialService;
  readonly #observer: TokenObserver;
  readonly #endpoint: TokenEndpoint;
  readonly #stored: StoredGrant;
  readonly #onDemand: OnDemandGrant | undefined;
  readonly #desk: TokenDesk;
  readonly #sweeper: Sweeper;
  readonly #leaseMs: number;

  /** @throws ConfigurationError naming the option that cannot work, and its mend. */
  constructor(options: TokenManagerOptions) {
    const { config, credentials, assertion, subjectToken } = options;
    const { clock } = credentials;
    const limits = readLimits(options);
    const { leaseMs, requestTimeoutMs, maximumConcurrentRequests } = limits;
    const limit = pLimit(maximumConcurrentRequests);
    const observer = new TokenObserver(config.provider, options.onEvent);
    const endpoint = new TokenEndpoint({ config, requestTimeoutMs, fetch: options.fetch, clock });
    const outage = new StoreOutage(clock, leaseMs);
    const shared = { config, endpoint, observer, clock, limit };
    const { refreshTokenIdleSeconds: idleSeconds } = config.quirks;
    this.config = config;
    this.#credentials = credentials;
    this.#leaseMs = leaseMs;
    this.#observer = observer;
    this.#endpoint = endpoint;
    this.#desk = new TokenDesk({
      config,
      clock,
      limits,
      observer,
      obtain: (wanted) => this.#obtain(wanted),
      isBusy: () => limit.activeCount >= maximumConcurrentRequests,
    });
    this.#stored = new StoredGrant({
      ...shared,
      credentials,
      outage,
      leaseMs,
      limitMs: requestTimeoutMs + 2 * leaseMs,
      onChange: (change) => this.#desk.onChange(change),
    });
    this.#onDemand = onDemandFlows.has(config.flow)
      ? new OnDemandGrant({ ...shared, requestTimeoutMs, assertion, subjectToken })
      : undefined;
    this.#sweeper = new Sweeper({
      provider: config.provider,
      credentials,
      outage,
      observer,
      // Another token than the one that was seen: a sibling's is as good.
      refresh: ({ key, credentials: { accessToken } }) =>
        this.getToken({ ...key, forceRefresh: accessToken }),
      orphanClaimMs: 2 * leaseMs,
      idleMs: idleSeconds && (idleSeconds * 1000 * 2) / 3,
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
  getToken(request: TokenRequest = {}): Promise<AccessToken> {
    return this.#desk.getToken(request);
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
    return disconnect(key, {
      credentials,
      endpoint: this.#endpoint,
      observer: this.#observer,
      forget: () => this.#desk.forget(credentialId(key)),
    });
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
    this.#sweeper.start(this.#leaseMs);
  }

  /** Waits for refreshes on their way, so that none is lost, and stops sweeping and watching. */
  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#desk.settle();
    await this.#stored.close();
  }

  #obtain({ slot, key, need, request }: WantedToken): Promise<ObtainedToken> {
    if (this.#onDemand === undefined) return this.#stored.obtain(key, need);
    const { scopes = this.config.scopes, resource } = request;
    return this.#onDemand.obtain(slot, { key, scopes, resource });
  }
}
