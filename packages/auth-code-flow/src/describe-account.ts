import type { AccountIdentity } from "@rak-oauth/core";
import type { FlowMessages } from "./page-messages.js";

/**
 * What people know an account by, and whether its provider says that the address is not confirmed. A
 * subject is made for machines: it tells a person nothing.
 */
export function describeAccount(
  account: AccountIdentity,
  messages: Pick<FlowMessages, "unconfirmedAddress">,
): string | undefined {
  const { email, emailVerified, name } = account;
  if (email === undefined) return name;
  return emailVerified === false ? messages.unconfirmedAddress(email) : email;
}
