import {
  type Clock,
  type CredentialService,
  credentialId,
  type StoredCredential,
} from "@rak-oauth/core";
import type { ChangeSignal } from "./change-signal.js";
import type { StoreOutage } from "./store-outage.js";

/** What {@link isReplaced} works with. */
export interface IsReplacedOptions {
  readonly credentials: CredentialService;
  readonly outage: StoreOutage;
  readonly changes: ChangeSignal;
  readonly clock: Clock;
}

/** Whether another credential is stored in place of this one, or will be within `waitMs` milliseconds. */
export async function isReplaced(
  { key, fingerprint }: Pick<StoredCredential, "key" | "fingerprint">,
  waitMs: number,
  { credentials, outage, changes, clock }: IsReplacedOptions,
): Promise<boolean> {
  const waitUntil = clock.now() + waitMs;
  const watch = changes.watch(credentialId(key));
  try {
    for (;;) {
      watch.begin();
      const latest = await outage.read(credentials.read(key));
      if (latest?.fingerprint !== fingerprint) return true;
      const remainingMs = waitUntil - clock.now();
      if (remainingMs <= 0) return false;
      await watch.wait(remainingMs);
    }
  } finally {
    watch.close();
  }
}
