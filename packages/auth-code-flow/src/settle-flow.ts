import type { PendingAuthorizationOutcome } from "@rak-oauth/core";
import type { FlowFailure } from "./authorization-code-flow-options.js";
import type { FlowContext, OpenedFlow } from "./flow-context.js";

/** Records how a flow ended; that it cannot be recorded changes nothing for the person. */
export async function settleFlow(
  context: FlowContext,
  flow: OpenedFlow,
  step: FlowFailure["step"],
  outcome: PendingAuthorizationOutcome,
): Promise<void> {
  try {
    await context.store.settle(flow.record.id, outcome);
  } catch (error) {
    // The credential is stored, or the first error matters more; who waits learns it by expiry.
    context.reportFailure({ step, error, pending: flow.pending });
  }
}
