import type { AccountIdentity } from "@rak-oauth/core";
import type { FlowMessages } from "./page-messages.js";

/** What people know an account by. A subject is made for machines: it tells a person nothing. */
export function nameOfAccount({ email, name }: AccountIdentity): string | undefined {
  return email ?? name;
}

/** Whether its provider says that the e-mail address is not confirmed to be its user's. */
export function isUnconfirmed({ email, emailVerified }: AccountIdentity): boolean {
  return email !== undefined && emailVerified === false;
}

/** What people know an account by, and that its address is not confirmed, where that is so. */
export function describeAccount(
  account: AccountIdentity,
  messages: Pick<FlowMessages, "unconfirmedAddress">,
): string | undefined {
  const name = nameOfAccount(account);
  if (name === undefined || !isUnconfirmed(account)) return name;
  return messages.unconfirmedAddress(name);
}
