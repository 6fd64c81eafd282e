import { AuthorizationError, type AuthorizationFailure } from "@rak-oauth/core";
import { createAuthorizationUrl } from "./authorization-url.js";
import { connectParameter, readHandle } from "./connect-parameter.js";
import {
  type FlowAttempt,
  type FlowContext,
  type OpenedFlow,
  openFlow,
  requireUnexpired,
  requireUser,
} from "./flow-context.js";
import { confirmAddressOf, confirmationOf } from "./hold-credentials.js";

/** What to do with a browser that opened the link. */
export type ConnectedBrowser =
  | { readonly status: "redirect"; readonly location: string; readonly cookie: string }
  /** The person is asked whether the link is theirs; what says yes or no does so from this browser only. */
  | {
      readonly status: "ask";
      readonly flow: OpenedFlow;
      readonly continueUrl: string;
      readonly action: string;
      readonly proof: string;
      readonly cookie: string;
    }
  | { readonly status: "completed"; readonly flow: OpenedFlow };

/** Parameter of a link that was asked about already. */
const continueParameter = "continue";

/** Binds the browser to the flow of its link; changes nothing in the store. */
export async function connectBrowser(
  context: FlowContext,
  request: Request,
  attempt: FlowAttempt,
): Promise<ConnectedBrowser> {
  const url = new URL(request.url);
  const record = await context.store.read(readHandle(url));
  if (record === undefined) {
    throw new AuthorizationError(
      "expired",
      "The link is not known here: it has expired, or was changed on its way. Start the authorization again.",
    );
  }
  const flow = await openFlow(context, record);
  await requireUser(context, request, flow);
  attempt.flow = flow;
  if (record.status === "completed") return { status: "completed", flow };
  const { held } = flow.secrets;
  if (record.status === "held" && held && flow.binding.matches(request, held.browserTag)) {
    return { status: "redirect", ...confirmationOf(context, flow, request) };
  }
  if (record.status !== "pending") {
    throw new AuthorizationError(
      (record.failure ?? "invalid_state") as AuthorizationFailure,
      "The link was already used. Start the authorization again.",
    );
  }
  requireUnexpired(flow);
  const maxAgeSeconds = Math.ceil((record.expiresAt - record.storeTime) / 1000);
  const proof = url.searchParams.get(continueParameter) ?? undefined;
  const { cookie, tag, proofFor } = flow.binding.bind(request, maxAgeSeconds);
  if (context.confirmation !== undefined && !flow.binding.proves(request, "connect", proof)) {
    // A link and no form: where a form may lead, its page would have to know the provider's every redirect.
    const continueUrl = new URL(context.connectUrl);
    continueUrl.searchParams.set(connectParameter, record.id);
    continueUrl.searchParams.set(continueParameter, proofFor("connect"));
    return {
      status: "ask",
      flow,
      continueUrl: continueUrl.href,
      action: confirmAddressOf(context, flow),
      proof: proofFor("decline"),
      cookie,
    };
  }
  const state = `${flow.secrets.state}.${tag}`;
  const location = await createAuthorizationUrl(flow.provider, flow.secrets, state);
  return { status: "redirect", location: location.href, cookie };
}
