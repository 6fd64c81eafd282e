import type { AccountIdentity } from "@rak-oauth/core";

/** What people know an account by. A subject is made for machines: it tells a person nothing. */
export function describeAccount(account: AccountIdentity): string | undefined {
  return account.email ?? account.name;
}
