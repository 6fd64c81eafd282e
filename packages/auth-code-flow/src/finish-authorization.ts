import {
  type AccountIdentity,
  AuthorizationError,
  isOAuth2Error,
  type OAuth2Credentials,
  type PendingAuthorizationOutcome,
} from "@rak-oauth/core";
import type { FinishedAuthorization } from "./authorization-code-flow-options.js";
import { equalSecrets } from "./browser-binding.js";
import { type CallbackParameters, readCallbackParameters } from "./callback-parameters.js";
import { checkIssuer } from "./check-issuer.js";
import {
  type FlowAttempt,
  type FlowContext,
  type OpenedFlow,
  openFlow,
  requireUnexpired,
  requireUser,
} from "./flow-context.js";
import { hashState } from "./flow-secrets.js";
import { toFailure } from "./to-failure.js";
import { waitForSettlement } from "./wait-for-settlement.js";

/** How long a second callback waits for the first to end, in milliseconds. */
const repeatedCallbackWaitMs = 30_000;

/** Waits between attempts to store what a code was exchanged for, in milliseconds. */
const storeRetriesMs = [100, 400, 1600, 5000];

/**
 * Finishes the flow that a callback belongs to. From the right browser with the right state, a flow
 * always ends here, one way or the other; anybody else changes nothing.
 */
export async function finishAuthorization(
  context: FlowContext,
  request: Request,
  attempt: FlowAttempt,
): Promise<FinishedAuthorization> {
  const url = new URL(request.url);
  const parameters = readCallbackParameters(url);
  const stateHash = hashState(parameters.stateHandle);
  const record = await context.store.find(stateHash);
  if (record === undefined) throw foreignCallback();
  const flow = await openFlow(context, record);
  if (
    !equalSecrets(flow.secrets.state, parameters.stateHandle) ||
    !flow.binding.matches(request, parameters.browserTag)
  ) {
    throw foreignCallback();
  }
  attempt.flow = flow;
  if (record.status !== "pending") return repeatOutcome(context, request, flow);
  requireUnexpired(flow);
  if ((await context.store.take(stateHash)) === undefined) {
    return repeatOutcome(context, request, flow);
  }
  try {
    const finished = await exchange(context, request, url, parameters, flow);
    await settle(context, flow, { status: "completed" });
    return finished;
  } catch (error) {
    await settle(context, flow, { status: "failed", failure: toFailure(error) });
    throw error;
  }
}

async function exchange(
  context: FlowContext,
  request: Request,
  url: URL,
  parameters: CallbackParameters,
  flow: OpenedFlow,
): Promise<FinishedAuthorization> {
  const { provider, secrets, pending } = flow;
  if (url.pathname !== provider.callbackPath) {
    throw new AuthorizationError(
      "issuer_mismatch",
      `The callback for ${provider.config.provider} came to the address of another provider and was not used. Start the authorization again.`,
    );
  }
  checkIssuer(provider.config, parameters.iss);
  await requireUser(context, request, flow);
  if (parameters.error !== undefined) throw refusal(parameters, flow);
  const previous = await readAccount(context, flow);
  // Built from the configuration: Host and X-Forwarded-* are anybody's to write.
  const callbackUrl = new URL(provider.redirectUri);
  callbackUrl.search = url.search;
  const credentials = await provider.tokenEndpoint.exchangeCode({
    callbackUrl,
    state: parameters.state,
    codeVerifier: secrets.codeVerifier,
    nonce: secrets.nonce,
    scopes: secrets.scopes,
  });
  await storeFirst(context, flow, credentials);
  const { account } = credentials;
  const replaced = previous && account && previous.subject !== account.subject;
  return {
    status: "completed",
    pending,
    scopes: credentials.accessToken.scopes,
    account,
    replacedAccount: replaced ? previous : undefined,
  };
}

/** The code is spent: these tokens exist nowhere else, so a store that is away gets some time. */
async function storeFirst(
  context: FlowContext,
  flow: OpenedFlow,
  credentials: OAuth2Credentials,
): Promise<void> {
  const { signal } = new AbortController();
  for (const waitMs of storeRetriesMs) {
    try {
      return await context.credentials.storeCredentials(flow.record.key, credentials);
    } catch (error) {
      if (!isOAuth2Error(error) || error.code !== "store_unavailable") throw error;
      await context.scheduler.wait(waitMs, { signal });
    }
  }
  return context.credentials.storeCredentials(flow.record.key, credentials);
}

/** Who was connected before, for the person to see whether that changes. */
async function readAccount(
  context: FlowContext,
  flow: OpenedFlow,
): Promise<AccountIdentity | undefined> {
  try {
    return (await context.credentials.read(flow.record.key))?.credentials.account;
  } catch (error) {
    // A credential whose key was lost is mended by exactly this new consent.
    if (isOAuth2Error(error) && error.code === "sealing_failed") return undefined;
    throw error;
  }
}

/** Answers a callback that was here before: nothing is sent, and the first outcome stays. */
async function repeatOutcome(
  context: FlowContext,
  request: Request,
  flow: OpenedFlow,
): Promise<FinishedAuthorization> {
  await requireUser(context, request, flow);
  const { store, clock, scheduler } = context;
  const { id, displayName } = flow.pending;
  const timeoutMs = repeatedCallbackWaitMs;
  const outcome = await waitForSettlement({ id, store, clock, scheduler, timeoutMs });
  if (outcome.status === "completed") return { status: "repeated", pending: flow.pending };
  if (outcome.status === "pending") {
    throw new AuthorizationError(
      "server_error",
      `Connecting ${displayName} has begun and takes long. Load the page again in a minute.`,
    );
  }
  throw new AuthorizationError(
    outcome.failure,
    `The authorization of ${displayName} has already ended (${outcome.failure}). Start it again.`,
  );
}

async function settle(
  context: FlowContext,
  flow: OpenedFlow,
  outcome: PendingAuthorizationOutcome,
): Promise<void> {
  try {
    await context.store.settle(flow.record.id, outcome);
  } catch (error) {
    // The credential is stored, or the first error matters more; who waits learns it by expiry.
    context.reportFailure({ step: "callback", error, pending: flow.pending });
  }
}

function refusal({ error, errorDescription }: CallbackParameters, flow: OpenedFlow) {
  const { displayName } = flow.pending;
  if (error === "access_denied") {
    return new AuthorizationError(
      "access_denied",
      `The user did not allow access to ${displayName}.`,
    );
  }
  const said = [error, errorDescription].filter(Boolean).join(": ");
  return new AuthorizationError("provider_error", `${displayName} answered with "${said}".`);
}

function foreignCallback(): AuthorizationError {
  return new AuthorizationError(
    "invalid_state",
    "The callback belongs to no authorization of this browser. Start the authorization again, and open its link in one browser with cookies switched on.",
  );
}
