import {
  type AccountIdentity,
  AuthorizationError,
  type AuthorizationFailure,
  type OAuth2Credentials,
} from "@rak-oauth/core";
import { revokeCredentials } from "@rak-oauth/token-manager";
import { readHandle } from "./connect-parameter.js";
import {
  type FlowAttempt,
  type FlowContext,
  isExpired,
  type OpenedFlow,
  openFlow,
  requireUnexpired,
  requireUser,
} from "./flow-context.js";
import { confirmAddressOf, readHeldCredentials, resumeFlow } from "./hold-credentials.js";
import { readAccount, replacedBy, storeCredentials } from "./keep-credentials.js";
import { readConfirmation } from "./read-confirmation.js";
import { alreadyEnded, awaitFirstOutcome } from "./repeated-request.js";
import { settleFlow } from "./settle-flow.js";
import { toFailure } from "./to-failure.js";

/** What a browser at the page to confirm gets to see. */
export type ConfirmedAuthorization =
  | {
      readonly status: "ask";
      readonly flow: OpenedFlow;
      readonly account: AccountIdentity | undefined;
      readonly replacedAccount: AccountIdentity | undefined;
      readonly action: string;
      readonly proof: string;
      readonly cookie: string;
    }
  | {
      readonly status: "completed";
      readonly flow: OpenedFlow;
      readonly account?: AccountIdentity | undefined;
      readonly replacedAccount?: AccountIdentity | undefined;
    }
  /** Before the provider: nothing was allowed yet. */
  | { readonly status: "declined"; readonly flow: OpenedFlow }
  | { readonly status: "stopped"; readonly flow: OpenedFlow; readonly revoked: boolean };

/**
 * Asks the user about the account that the code was exchanged for, and does what they decide, once.
 * Only the browser that brought the code is asked, and only a form that was shown to it decides.
 */
export async function confirmAuthorization(
  context: FlowContext,
  request: Request,
  attempt: FlowAttempt,
): Promise<ConfirmedAuthorization> {
  const url = new URL(request.url);
  const record = await context.store.read(readHandle(url));
  if (record === undefined) {
    throw new AuthorizationError(
      "expired",
      "There is nothing to confirm any more. Start the authorization again.",
    );
  }
  const flow = await openFlow(context, record);
  if (record.status === "pending" && request.method === "POST") {
    return decline(context, request, flow, attempt);
  }
  const { held } = flow.secrets;
  const credentials = readHeldCredentials(context, flow);
  if (held === undefined || credentials === undefined) {
    return repeatOutcome(context, request, flow, attempt);
  }
  if (!flow.binding.matches(request, held.browserTag)) throw foreignBrowser();
  await requireUser(context, request, flow);
  attempt.flow = flow;
  // Nobody will use them any more, so they need not live on.
  if (isExpired(flow)) await revokeCredentials(flow.provider.tokenEndpoint, credentials);
  requireUnexpired(flow);
  const decision = request.method === "POST" ? await decide(context, request, flow) : undefined;
  const previous = await readAccount(context, flow.record.key);
  const { account } = credentials;
  const replacedAccount = replacedBy(account, previous);
  if (decision === undefined) {
    const maxAgeSeconds = Math.ceil((record.expiresAt - record.storeTime) / 1000);
    const { cookie, proofFor } = flow.binding.bind(request, maxAgeSeconds);
    const action = confirmAddressOf(context, flow);
    const proof = proofFor("confirm");
    return { status: "ask", flow, account, replacedAccount, action, proof, cookie };
  }
  if (!(await resumeFlow(context, flow))) return repeatOutcome(context, request, flow, attempt);
  if (decision === "stop") return stop(context, flow, credentials);
  await complete(context, flow, credentials);
  return { status: "completed", flow, account, replacedAccount };
}

/** Ends a flow whose person does not even go to the provider; whoever waits is told at once. */
async function decline(
  context: FlowContext,
  request: Request,
  flow: OpenedFlow,
  attempt: FlowAttempt,
): Promise<ConfirmedAuthorization> {
  const { decision, proof } = await readConfirmation(request, context.confirmUrl);
  if (decision !== "stop" || !flow.binding.proves(request, "decline", proof)) {
    throw foreignBrowser();
  }
  attempt.flow = flow;
  requireUnexpired(flow);
  if ((await context.store.take(flow.record.stateHash)) === undefined) {
    // Somebody was faster: the same person twice, or whoever came back from the provider.
    if ((await awaitFirstOutcome(context, flow)) === "completed") {
      return { status: "completed", flow };
    }
    throw foreignBrowser();
  }
  await settleFlow(context, flow, "confirm", { status: "failed", failure: "access_denied" });
  return { status: "declined", flow };
}

/** @throws AuthorizationError `invalid_state` for a form that we did not show to this browser. */
async function decide(context: FlowContext, request: Request, flow: OpenedFlow) {
  const { decision, proof } = await readConfirmation(request, context.confirmUrl);
  if (!flow.binding.proves(request, "confirm", proof)) throw foreignBrowser();
  return decision;
}

async function complete(
  context: FlowContext,
  flow: OpenedFlow,
  credentials: OAuth2Credentials,
): Promise<void> {
  try {
    await storeCredentials(context, flow, credentials);
  } catch (error) {
    await settleFlow(context, flow, "confirm", { status: "failed", failure: toFailure(error) });
    throw error;
  }
  await settleFlow(context, flow, "confirm", { status: "completed" });
}

async function stop(
  context: FlowContext,
  flow: OpenedFlow,
  credentials: OAuth2Credentials,
): Promise<ConfirmedAuthorization> {
  // Who waits need not wait for the provider.
  const [revoked] = await Promise.all([
    revokeCredentials(flow.provider.tokenEndpoint, credentials),
    settleFlow(context, flow, "confirm", { status: "failed", failure: "wrong_user" }),
  ]);
  return { status: "stopped", flow, revoked };
}

/** Answers a decision that was taken before, or one that comes twice. */
async function repeatOutcome(
  context: FlowContext,
  request: Request,
  flow: OpenedFlow,
  attempt: FlowAttempt,
): Promise<ConfirmedAuthorization> {
  const { status, failure } = flow.record;
  // What there is to know here, a link's holder may know; but a flow that never got here has no page.
  if (status === "pending") throw foreignBrowser();
  if (status === "failed") {
    throw alreadyEnded(flow, (failure ?? "server_error") as AuthorizationFailure);
  }
  attempt.flow = flow;
  if (status === "completed") return { status: "completed", flow };
  if ((await awaitFirstOutcome(context, flow)) === "completed") {
    return { status: "completed", flow };
  }
  return confirmAuthorization(context, request, attempt);
}

function foreignBrowser(): AuthorizationError {
  return new AuthorizationError(
    "invalid_state",
    "The confirmation belongs to no authorization of this browser. Start the authorization again, and open its link in one browser with cookies switched on.",
  );
}
