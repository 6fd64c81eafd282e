import { AuthorizationError, type AuthorizationFailure } from "@rak-oauth/core";
import { createAuthorizationUrl } from "./authorization-url.js";
import { handlePattern } from "./browser-binding.js";
import {
  type FlowAttempt,
  type FlowContext,
  type OpenedFlow,
  openFlow,
  requireUnexpired,
  requireUser,
} from "./flow-context.js";
import { connectParameter } from "./start-authorization.js";

/** What to do with a browser that opened the link. */
export type ConnectedBrowser =
  | { readonly status: "redirect"; readonly location: string; readonly cookie: string }
  | { readonly status: "completed"; readonly flow: OpenedFlow };

/** Binds the browser to the flow of its link; changes nothing in the store. */
export async function connectBrowser(
  context: FlowContext,
  request: Request,
  attempt: FlowAttempt,
): Promise<ConnectedBrowser> {
  const record = await context.store.read(readHandle(new URL(request.url)));
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
  if (record.status !== "pending") {
    throw new AuthorizationError(
      (record.failure ?? "invalid_state") as AuthorizationFailure,
      "The link was already used. Start the authorization again.",
    );
  }
  requireUnexpired(flow);
  const maxAgeSeconds = Math.ceil((record.expiresAt - record.storeTime) / 1000);
  const { cookie, tag } = flow.binding.bind(request, maxAgeSeconds);
  const state = `${flow.secrets.state}.${tag}`;
  const location = await createAuthorizationUrl(flow.provider, flow.secrets, state);
  return { status: "redirect", location: location.href, cookie };
}

function readHandle(url: URL): string {
  const [handle, ...more] = url.searchParams.getAll(connectParameter);
  if (handle === undefined || more.length > 0 || !handlePattern.test(handle)) {
    throw new AuthorizationError(
      "invalid_request",
      `The link is not complete: its "${connectParameter}" is missing or damaged. Open it exactly as it was given.`,
    );
  }
  return handle;
}
