import type { AccessToken } from "@rak-oauth/core";

/** An expiry for people, in this machine's time zone. */
export function shownExpiry(expiresAt: Date | undefined): string {
  return expiresAt === undefined ? "unknown" : expiresAt.toLocaleString();
}

/** What may be known of a token without knowing it, as `--json` has it. */
export function describeToken({ expiresAt, scopes, tokenType }: AccessToken): {
  readonly tokenType: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
} {
  return { tokenType, scopes, expiresAt: expiresAt?.toISOString() ?? null };
}
