import type { CredentialKey, PendingAuthorizationRecord } from "@rak-oauth/core";
import { revokeCredentials } from "@rak-oauth/token-manager";
import { type FlowContext, openFlow } from "./flow-context.js";
import { decodeHeld } from "./hold-credentials.js";

/** A flow that ended because its person did not confirm in time. */
export interface UnconfirmedAuthorization {
  readonly key: CredentialKey;
  /** Whether the provider has ended the access that it had given; else it may live on there. */
  readonly revoked: boolean;
}

/** So many are revoked at once; the others wait for the next time. */
const atOnce = 50;

/** Ends flows that nobody confirmed in time, and revokes their tokens as well as that goes. */
export async function revokeUnconfirmed(
  context: FlowContext,
): Promise<readonly UnconfirmedAuthorization[]> {
  const records = (await context.store.expireHeld?.({ limit: atOnce })) ?? [];
  return Promise.all(
    records.map(async (record) => ({
      key: record.key,
      revoked: await revokeHeld(context, record),
    })),
  );
}

async function revokeHeld(
  context: FlowContext,
  record: PendingAuthorizationRecord,
): Promise<boolean> {
  try {
    const { provider, secrets } = await openFlow(context, record);
    const { held } = secrets;
    if (held === undefined) return false;
    return await revokeCredentials(
      provider.tokenEndpoint,
      decodeHeld(context, held, record.storeTime),
    );
  } catch (error) {
    // A key that is lost, or a provider that is configured no more: the others are revoked all the same.
    context.reportFailure({ step: "confirm", error });
    return false;
  }
}
