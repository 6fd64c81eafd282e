import { AuthorizationError, type AuthorizationFailure } from "@rak-oauth/core";
import type { FlowContext, OpenedFlow } from "./flow-context.js";
import { waitForSettlement } from "./wait-for-settlement.js";

/** How long a second request waits for the first to end, in milliseconds. */
const repeatedRequestWaitMs = 30_000;

/**
 * Waits until what another request of the same browser has begun comes to an end or has to be
 * confirmed. Nothing is sent, and the first outcome stays.
 *
 * @throws AuthorizationError when it did not end well, or takes long.
 */
export async function awaitFirstOutcome(
  context: FlowContext,
  flow: OpenedFlow,
): Promise<"completed" | "held"> {
  const { store, clock, scheduler } = context;
  const { id, displayName } = flow.pending;
  const outcome = await waitForSettlement({
    id,
    store,
    clock,
    scheduler,
    timeoutMs: repeatedRequestWaitMs,
    untilHeld: true,
  });
  if (outcome.status === "completed") return "completed";
  if (outcome.status === "held") return "held";
  if (outcome.status === "pending") {
    throw new AuthorizationError(
      "server_error",
      `Connecting ${displayName} has begun and takes long. Load the page again in a minute.`,
    );
  }
  throw alreadyEnded(flow, outcome.failure);
}

/** The error for a flow that ended before. */
export function alreadyEnded(flow: OpenedFlow, failure: AuthorizationFailure): AuthorizationError {
  return new AuthorizationError(
    failure,
    `The authorization of ${flow.pending.displayName} has already ended (${failure}). Start it again.`,
  );
}
