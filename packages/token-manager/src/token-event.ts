import type { CredentialKey, TokenFailureKind } from "@rak-oauth/core";
import type { TokenEnd } from "./disconnect.js";

/**
 * What happens to tokens, for logs, alarms and audits. No event holds a token; identifiers of users
 * are those the application gave.
 */
export type TokenEvent =
  /** The provider gave a new access token. */
  | {
      readonly type: "refreshed";
      readonly key: CredentialKey;
      /** Lifetime of the new token, in seconds; absent when the provider did not say. */
      readonly lifetimeSeconds: number | undefined;
      /** Whether it came in exchange for a refresh token that had been about to be spent before. */
      readonly recovered: boolean;
    }
  /** The provider gave none; nothing is lost. */
  | {
      readonly type: "refresh_failed";
      readonly key: CredentialKey;
      readonly kind: TokenFailureKind;
      /** Error code of the answer (RFC 6749 §5.2), where it had one. */
      readonly error: string | undefined;
      /** HTTP status of the answer, where there was one. */
      readonly status: number | undefined;
      /** How long all processes leave the provider alone for this credential, in milliseconds. */
      readonly retryInMs: number;
    }
  /** The grant is dead: the user has to authorize again. */
  | { readonly type: "reauthorization_required"; readonly key: CredentialKey }
  /** A user's connection was ended here. */
  | {
      readonly type: "revoked";
      readonly key: CredentialKey;
      readonly accessToken: TokenEnd;
      readonly refreshToken: TokenEnd;
    }
  /** The store did not take a new refresh token; the write is repeated until it does. */
  | { readonly type: "write_delayed"; readonly key: CredentialKey }
  /** It took it after all. */
  | { readonly type: "write_landed"; readonly key: CredentialKey }
  /** It did not: a new consent, a revocation or a sibling's refresh had come first. */
  | { readonly type: "write_superseded"; readonly key: CredentialKey }
  /** A sweep could not ask the store. */
  | { readonly type: "sweep_failed"; readonly provider: string; readonly code: string };
