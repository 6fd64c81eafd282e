import {
  type CredentialKey,
  type CredentialService,
  isOAuth2Error,
  type StoredCredential,
} from "@rak-oauth/core";
import type { StoreOutage } from "./store-outage.js";
import type { TokenObserver } from "./token-observer.js";

/** What a sweep did. */
export interface SweepResult {
  /** Refreshes that another process had begun and not finished, and that were finished now. */
  readonly recovered: number;
  /** Grants whose refresh token had been unused for long, and was used so that it goes on living. */
  readonly keptAlive: number;
  /** Those that did not succeed now: the grant is dead, or the provider does not answer. */
  readonly failed: number;
}

/** Options of {@link Sweeper}. */
export interface SweeperOptions {
  readonly provider: string;
  readonly credentials: CredentialService;
  readonly outage: StoreOutage;
  readonly observer: TokenObserver;
  readonly refresh: (stored: StoredCredential) => Promise<unknown>;
  /**
   * How long a claimed orphan is kept from other sweepers, in milliseconds: not long, for what a
   * sweeper that died had claimed must come back within the provider's reuse window.
   */
  readonly orphanClaimMs: number;
  /** After how much idleness a refresh token is used; absent where it does not die of it. */
  readonly idleMs: number | undefined;
}

const claimLimit = 100;
/** Idleness kills in days: what a sweeper that died had claimed is still in time an hour later. */
const idleClaimMs = 60 * 60 * 1000;

/**
 * Finishes what dead processes began and keeps idle grants alive. Any number of processes may sweep:
 * what one has claimed, the others are not given.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** One round. */
  async sweep(): Promise<SweepResult> {
    const { provider, credentials, orphanClaimMs, idleMs, outage } = this.#options;
    const claim = { provider, limit: claimLimit };
    const orphans = await this.#refreshAll(
      await outage.write(credentials.claimOrphans({ ...claim, claimMs: orphanClaimMs })),
      ({ spendCount }) => spendCount > 0,
    );
    const idle = await this.#refreshAll(
      idleMs === undefined
        ? []
        : await credentials.claimIdle({ ...claim, claimMs: idleClaimMs, idleMs }),
      ({ writtenAgoMs }) => writtenAgoMs >= (idleMs ?? 0),
    );
    return {
      recovered: orphans.refreshed,
      keptAlive: idle.refreshed,
      failed: orphans.failed + idle.failed,
    };
  }

  /** Sweeps again and again, `intervalMs` after the round before, until stopped. */
  start(intervalMs: number): void {
    if (this.#timer !== undefined || this.#stopping.signal.aborted) return;
    const next = () => {
      if (this.#stopping.signal.aborted) return;
      // Jitter, so that a fleet that was started together does not sweep together.
      this.#timer = setTimeout(round, intervalMs * (0.75 + Math.random() / 2)).unref();
    };
    const round = () => {
      this.#running = this.#sweepQuietly().then(next);
    };
    next();
  }

  /** Resolves when the round on its way is over; no other begins. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      // The next round tries again.
      const code = isOAuth2Error(error) ? error.code : "internal_error";
      this.#options.observer.tell({
        type: "sweep_failed",
        provider: this.#options.provider,
        code,
      });
    }
  }

  async #refreshAll(
    keys: readonly CredentialKey[],
    isStillDue: (stored: StoredCredential) => boolean,
  ): Promise<{ readonly refreshed: number; readonly failed: number }> {
    const results = await Promise.allSettled(keys.map((key) => this.#refresh(key, isStillDue)));
    const count = (outcome: (result: PromiseSettledResult<boolean>) => boolean) =>
      results.filter(outcome).length;
    return {
      refreshed: count((result) => result.status === "fulfilled" && result.value),
      failed: count((result) => result.status === "rejected"),
    };
  }

  /**
   * False when somebody finished it since it was claimed. A second refresh then would put two
   * generations between the newest token and one that a dead process may have sent and that is still
   * on its way: too many for a reuse window.
   */
  async #refresh(
    key: CredentialKey,
    isStillDue: (stored: StoredCredential) => boolean,
  ): Promise<boolean> {
    const { credentials, refresh } = this.#options;
    const stored = await credentials.read(key);
    if (stored?.status !== "active" || !isStillDue(stored)) return false;
    await refresh(stored);
    return true;
  }
}
