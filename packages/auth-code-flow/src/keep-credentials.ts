import {
  type AccountIdentity,
  type CredentialKey,
  isOAuth2Error,
  type OAuth2Credentials,
  type StoredCredential,
} from "@rak-oauth/core";
import { storeOrRevoke } from "@rak-oauth/token-manager";
import type { FlowContext, OpenedFlow } from "./flow-context.js";

/** Stores what the user's consent gave, for the agent to use; what cannot be stored is revoked. */
export async function storeCredentials(
  { credentials, scheduler }: FlowContext,
  { record, provider }: OpenedFlow,
  granted: OAuth2Credentials,
): Promise<void> {
  const { key } = record;
  const endpoint = provider.tokenEndpoint;
  await storeOrRevoke({ endpoint, granted, credentials, key, scheduler });
}

/** Adds who the user is to stored tokens, which work as well without. */
export async function addAccount(
  context: FlowContext,
  { record, pending }: OpenedFlow,
  { accessToken }: OAuth2Credentials,
  account: AccountIdentity | undefined,
): Promise<void> {
  if (account === undefined) return;
  try {
    await context.credentials.setAccount(record.key, accessToken, account);
  } catch (error) {
    context.reportFailure({ step: "callback", error, pending });
  }
}

/** Who was connected before, for the person to see whether that changes. */
export async function readAccount(
  context: Pick<FlowContext, "credentials">,
  key: CredentialKey,
): Promise<AccountIdentity | undefined> {
  return (await readStored(context, key))?.credentials.account;
}

/** What was connected before, if it can be read. */
export async function readStored(
  { credentials }: Pick<FlowContext, "credentials">,
  key: CredentialKey,
): Promise<StoredCredential | undefined> {
  try {
    return await credentials.read(key);
  } catch (error) {
    // A credential whose key was lost is mended by exactly this new consent.
    if (isOAuth2Error(error) && error.code === "sealing_failed") return undefined;
    throw error;
  }
}

/** The account from before, when it is known to be another one. */
export function replacedBy(
  account: AccountIdentity | undefined,
  previous: AccountIdentity | undefined,
): AccountIdentity | undefined {
  return account && previous && previous.subject !== account.subject ? previous : undefined;
}
