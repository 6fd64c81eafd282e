import type { TokenSubject } from "./token-subject.js";

/**
 * One short text for what a token is asked for, without the cost of a digest. A user alone, by far
 * the most frequent, is named by the identifier itself; NUL in front keeps the others apart
 * from it, identifiers that begin with one included, and lengths keep them apart from each other.
 */
export function cacheSlot(
  { tenantId, userId, account }: TokenSubject,
  resource: string | undefined,
  scopes: readonly string[] | undefined,
): string {
  const isUserAlone =
    tenantId === undefined &&
    account === undefined &&
    resource === undefined &&
    scopes === undefined;
  if (isUserAlone && typeof userId === "string" && !userId.startsWith("\0")) return userId;
  const parts = [tenantId, userId, account, resource, scopes?.toSorted().join(" ")];
  return `\0${parts.map((part) => (part === undefined ? "-" : `${part.length}:${part}`)).join("")}`;
}
