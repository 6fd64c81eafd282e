import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { PendingAuthorizationStore } from "@rak-oauth/core";
import type { Logger } from "pino";
import { describeError } from "./create-callback-server.js";
import type { FlowObserver } from "./observe-flows.js";

/** What {@link endExpired} works with. */
export interface EndExpiredOptions {
  readonly flow: Pick<AuthorizationCodeFlow, "revokeUnconfirmed">;
  readonly pendingAuthorizations: Pick<PendingAuthorizationStore, "deleteExpired">;
  readonly flows: Pick<FlowObserver, "expired">;
  readonly logger: Logger;
}

/**
 * Ends what people did not confirm in time, and forgets what nobody can need any more. It never rejects:
 * what fails is in the log, and tried again with the next.
 */
export async function endExpired(options: EndExpiredOptions): Promise<void> {
  const { flow, pendingAuthorizations, flows, logger } = options;
  try {
    for (const { key, revoked } of await flow.revokeUnconfirmed()) {
      flows.expired(key.provider);
      logger[revoked ? "info" : "warn"](
        { ...key, revoked },
        revoked
          ? "nobody confirmed this authorization in time, and its access was revoked"
          : "nobody confirmed this authorization in time, and its access may live on at the provider",
      );
    }
    await pendingAuthorizations.deleteExpired();
  } catch (error) {
    logger.warn({ error: describeError(error) }, "expired authorizations were not all removed");
  }
}
