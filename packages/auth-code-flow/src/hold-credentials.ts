import {
  AuthorizationError,
  decodeCredentials,
  encodeCredentials,
  type OAuth2Credentials,
  persist,
} from "@rak-oauth/core";
import { connectParameter } from "./connect-parameter.js";
import type { FlowContext, OpenedFlow } from "./flow-context.js";
import { type HeldCredentials, sealFlowSecrets } from "./flow-secrets.js";

/**
 * Keeps tokens with their flow, sealed, until the user confirms. The user gets the whole time of a
 * flow for that.
 *
 * @throws AuthorizationError `expired` when the flow is gone.
 */
export async function holdCredentials(
  context: FlowContext,
  flow: OpenedFlow,
  held: Pick<HeldCredentials, "browserTag"> & { readonly credentials: OAuth2Credentials },
): Promise<void> {
  const { record } = flow;
  const { credentials, browserTag } = held;
  const { expiresAt } = credentials.accessToken;
  const sealed = await seal(context, flow, {
    credentials: encodeCredentials(credentials).toString("base64url"),
    // The store's time is from before the exchange: the token is taken for older than it is.
    expiresAt: expiresAt && record.storeTime + (expiresAt.getTime() - context.clock.now()),
    browserTag,
  });
  const { store, scheduler, ttlMs } = context;
  const write = () => store.hold(record.id, sealed, { ttlMs });
  if (!(await persist({ scheduler, write }))) {
    throw new AuthorizationError(
      "expired",
      `The authorization of ${flow.pending.displayName} is gone. Start it again.`,
    );
  }
}

/** What the user has to confirm; nothing when nothing is held. */
export function readHeldCredentials(
  context: FlowContext,
  { record, secrets }: OpenedFlow,
): OAuth2Credentials | undefined {
  const { held } = secrets;
  if (record.status !== "held" || held === undefined) return undefined;
  return decodeHeld(context, held, record.storeTime);
}

/** The tokens that are held; `storeTime` is now, by the store's clock. */
export function decodeHeld(
  { clock }: Pick<FlowContext, "clock">,
  { credentials, expiresAt }: HeldCredentials,
  storeTime: number,
): OAuth2Credentials {
  return decodeCredentials(
    Buffer.from(credentials, "base64url"),
    expiresAt === undefined ? undefined : new Date(clock.now() + expiresAt - storeTime),
  );
}

/** Takes what is held out of the store; true for exactly one of any number of callers. */
export async function resumeFlow(context: FlowContext, flow: OpenedFlow): Promise<boolean> {
  return context.store.resume(flow.record.id, await seal(context, flow, undefined));
}

/** Where a browser finds the flow's page to confirm, and the cookie that keeps it bound meanwhile. */
export function confirmationOf(
  context: FlowContext,
  flow: OpenedFlow,
  request: Request,
): { readonly location: string; readonly cookie: string } {
  const { cookie } = flow.binding.bind(request, Math.ceil(context.ttlMs / 1000));
  return { location: confirmAddressOf(context, flow), cookie };
}

/** Address of a flow's page to confirm, and of the forms of both pages that ask. */
export function confirmAddressOf(
  { confirmUrl }: Pick<FlowContext, "confirmUrl">,
  { record }: Pick<OpenedFlow, "record">,
): string {
  const address = new URL(confirmUrl);
  address.searchParams.set(connectParameter, record.id);
  return address.href;
}

function seal(context: FlowContext, flow: OpenedFlow, held: HeldCredentials | undefined) {
  return sealFlowSecrets(context.credentials.sealer, flow.record, { ...flow.secrets, held });
}
