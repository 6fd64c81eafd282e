import type { Clock, HeldLease } from "@rak-oauth/core";

/** A lease that its living holder keeps. */
export interface LeaseRenewal {
  /**
   * Whether the lease is ours for certain: false after a suspend, a pause or a store that was slow,
   * when somebody else may have it by now.
   */
  isSure(): boolean;
  stop(): void;
}

/** Keeps a lease that was asked for at `askedAt` for as long as its holder lives. */
export function keepRenewing(
  lease: HeldLease,
  leaseMs: number,
  clock: Clock,
  askedAt: number,
): LeaseRenewal {
  let surelyFrom = askedAt;
  const timer = setInterval(() => {
    const renewedAt = clock.now();
    // A lease that could not be renewed is no reason to stop: success is written by fingerprint.
    lease.renew(leaseMs).then(
      (held) => {
        if (held) surelyFrom = renewedAt;
        else clearInterval(timer);
      },
      () => undefined,
    );
  }, leaseMs / 3);
  return {
    isSure: () => clock.now() - surelyFrom <= leaseMs / 2,
    stop: () => clearInterval(timer),
  };
}
