import { OAuth2Error, StoreUnavailableError } from "@rak-oauth/core";

/** What a driver threw as one of the two errors that callers know; its own text may hold values. */
export function toStoreError(error: unknown): OAuth2Error {
  const { code } = error as { readonly code?: string };
  if (code === "AUTH_FAILED" || code === "NO_SUCH_TABLE") {
    return new OAuth2Error(
      "store_misconfigured",
      `The credential database refuses to work (${code}). Check its user and tables.`,
    );
  }
  return new StoreUnavailableError(
    `The credential database cannot be used at the moment (${code ?? "unknown"}); the same call may succeed later.`,
  );
}
