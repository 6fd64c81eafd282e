import { AuthorizationError, type OAuth2Credentials } from "@rak-oauth/core";
import { revokeCredentials } from "@rak-oauth/token-manager";
import { identifyAccount } from "./account-identity.js";
import type { FinishedAuthorization } from "./authorization-code-flow-options.js";
import { refusalOf } from "./authorization-response.js";
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
import { dpopKeyOf, hashState } from "./flow-secrets.js";
import { confirmationOf, holdCredentials } from "./hold-credentials.js";
import { addAccount, readAccount, replacedBy, storeCredentials } from "./keep-credentials.js";
import { awaitFirstOutcome } from "./repeated-request.js";
import { settleFlow } from "./settle-flow.js";
import { toFailure } from "./to-failure.js";

/**
 * Finishes the flow that a callback belongs to, or takes it to where the user confirms. From the right
 * browser with the right state, a flow never stays as it was; anybody else changes nothing.
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
    await checkCallback(context, request, url, parameters, flow);
    if (context.confirmation !== undefined) {
      return await exchangeAndHold(context, request, url, parameters, flow);
    }
    const finished = await exchangeAndStore(context, url, parameters, flow);
    await settleFlow(context, flow, "callback", { status: "completed" });
    return finished;
  } catch (error) {
    const failure = toFailure(error);
    await settleFlow(context, flow, "callback", { status: "failed", failure });
    throw error;
  }
}

/** @throws AuthorizationError unless this is the provider's good answer to this user. */
async function checkCallback(
  context: FlowContext,
  request: Request,
  url: URL,
  parameters: CallbackParameters,
  flow: OpenedFlow,
): Promise<void> {
  const { provider } = flow;
  if (url.pathname !== provider.callbackPath) {
    throw new AuthorizationError(
      "issuer_mismatch",
      `The callback for ${provider.config.provider} came to the address of another provider and was not used. Start the authorization again.`,
    );
  }
  checkIssuer(provider.config, parameters.iss);
  await requireUser(context, request, flow);
  const refusal = refusalOf(parameters, flow.pending.displayName);
  if (refusal !== undefined) throw refusal;
}

function exchange(
  url: URL,
  { state }: CallbackParameters,
  { provider, secrets }: OpenedFlow,
): Promise<OAuth2Credentials> {
  // Built from the configuration: Host and X-Forwarded-* are anybody's to write.
  const callbackUrl = new URL(provider.redirectUri);
  callbackUrl.search = url.search;
  return provider.tokenEndpoint.exchangeCode({
    callbackUrl,
    state,
    codeVerifier: secrets.codeVerifier,
    nonce: secrets.nonce,
    dpopKey: dpopKeyOf(secrets),
    scopes: secrets.scopes,
  });
}

/** Stores the tokens before anything else: what follows can fail, and the code is spent. */
async function exchangeAndStore(
  context: FlowContext,
  url: URL,
  parameters: CallbackParameters,
  flow: OpenedFlow,
): Promise<FinishedAuthorization> {
  // Read while the provider answers. Whatever becomes of it, the tokens are stored.
  const reading = readAccount(context, flow.record.key).catch((error: unknown) => {
    context.reportFailure({ step: "callback", error, pending: flow.pending });
    return undefined;
  });
  const credentials = await exchange(url, parameters, flow);
  const previous = await reading;
  await storeCredentials(context, flow, credentials);
  const account = await identifyAccount(context, flow, credentials);
  if (account !== credentials.account) await addAccount(context, flow, credentials, account);
  return {
    status: "completed",
    pending: flow.pending,
    scopes: credentials.accessToken.scopes,
    account,
    replacedAccount: replacedBy(account, previous),
  };
}

/** Keeps the tokens with the flow: nothing is stored for the agent before the user confirms. */
async function exchangeAndHold(
  context: FlowContext,
  request: Request,
  url: URL,
  parameters: CallbackParameters,
  flow: OpenedFlow,
): Promise<FinishedAuthorization> {
  const exchanged = await exchange(url, parameters, flow);
  const account = await identifyAccount(context, flow, exchanged);
  const credentials = { ...exchanged, account };
  try {
    await holdCredentials(context, flow, { credentials, browserTag: parameters.browserTag });
  } catch (error) {
    await revokeCredentials(flow.provider.tokenEndpoint, credentials);
    throw error;
  }
  return {
    status: "unconfirmed",
    pending: flow.pending,
    ...confirmationOf(context, flow, request),
  };
}

/** Answers a callback that was here before: nothing is sent, and the first outcome stays. */
async function repeatOutcome(
  context: FlowContext,
  request: Request,
  flow: OpenedFlow,
): Promise<FinishedAuthorization> {
  await requireUser(context, request, flow);
  const { pending } = flow;
  return (await awaitFirstOutcome(context, flow)) === "completed"
    ? { status: "repeated", pending }
    : { status: "unconfirmed", pending, ...confirmationOf(context, flow, request) };
}

function foreignCallback(): AuthorizationError {
  return new AuthorizationError(
    "invalid_state",
    "The callback belongs to no authorization of this browser. Start the authorization again, and open its link in one browser with cookies switched on.",
  );
}
