import type { HeldLease } from "@rak-oauth/core";

/** Keeps a lease as long as its holder lives, and gives what ends that. */
export function keepRenewing(lease: HeldLease, leaseMs: number): () => void {
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
