/**
 * What went wrong, as a stable word. Part of the semantic version: a code is never renamed or
 * given another meaning in a minor release.
 */
export type OAuth2ErrorCode =
  | "invalid_configuration"
  | "invalid_credential_key"
  | "missing_user_id"
  | "needs_user_authorization"
  | "token_request_failed"
  | "token_request_deadline"
  | "authorization_failed"
  | "discovery_failed"
  | "store_unavailable"
  | "store_misconfigured"
  | "sealing_failed"
  | "key_service_unavailable"
  | "tool_request_failed";

const brand: unique symbol = Symbol.for("@rak-oauth/core/OAuth2Error") as never;

/**
 * Base of every error these packages throw. Neither the message nor `cause` holds a token, a code
 * or a client secret.
 */
export class OAuth2Error extends Error {
  override readonly name: string = "OAuth2Error";
  readonly code: OAuth2ErrorCode;

  constructor(code: OAuth2ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Tells whether `error` is one of ours, also when it comes from another installed copy of this
 * package, where `instanceof` fails.
 */
export function isOAuth2Error(error: unknown): error is OAuth2Error {
  return typeof error === "object" && error !== null && brand in error;
}

/** A setting a person gave cannot work; the message names the field, the value and the mend. */
export class ConfigurationError extends OAuth2Error {
  override readonly name: string = "ConfigurationError";

  constructor(message: string, options?: ErrorOptions) {
    super("invalid_configuration", message, options);
  }
}

/** A tool or token for a user was asked for without saying which user. */
export class MissingUserIdError extends OAuth2Error {
  override readonly name: string = "MissingUserIdError";

  constructor(message: string) {
    super("missing_user_id", message);
  }
}

/** Why the user has to be asked in the browser. */
export type AuthorizationReason = "connect" | "scope" | "revoked" | "expired";

/** Details of a {@link NeedsUserAuthorizationError}. */
export interface NeedsUserAuthorizationErrorOptions {
  readonly provider: string;
  readonly reason: AuthorizationReason;
  readonly scopes: readonly string[];
  readonly cause?: unknown;
}

/** No usable credential exists: the user has to give consent in the browser. */
export class NeedsUserAuthorizationError extends OAuth2Error {
  override readonly name: string = "NeedsUserAuthorizationError";
  readonly provider: string;
  readonly reason: AuthorizationReason;
  readonly scopes: readonly string[];

  constructor(options: NeedsUserAuthorizationErrorOptions) {
    super(
      "needs_user_authorization",
      `The user has to authorize ${options.provider} in the browser (${reasonInWords[options.reason]}).`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.provider = options.provider;
    this.reason = options.reason;
    this.scopes = options.scopes;
  }
}

const reasonInWords: Record<AuthorizationReason, string> = {
  connect: "the account was never connected",
  scope: "more permissions are needed",
  revoked: "the access was revoked",
  expired: "the provider no longer accepts the stored refresh token",
};

/**
 * How a failed token request must be treated: `terminal` means the grant itself is dead,
 * `transient` means the same request may succeed later, `configuration` means that a person has to
 * mend the client registration or its settings.
 */
export type TokenFailureKind = "terminal" | "transient" | "configuration";

/** Details of a {@link TokenRequestError}. */
export interface TokenRequestErrorOptions {
  readonly provider: string;
  readonly kind: TokenFailureKind;
  /** Error code of the server's answer (RFC 6749 §5.2), when it sent one. */
  readonly error?: string | undefined;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined;
  /** The server's own wish (`Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The token endpoint did not give a token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class TokenRequestError extends OAuth2Error {
  override readonly name: string = "TokenRequestError";
  readonly provider: string;
  readonly kind: TokenFailureKind;
  readonly error: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: TokenRequestErrorOptions) {
    super(
      "token_request_failed",
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.provider = options.provider;
    this.kind = options.kind;
    this.error = options.error;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A browser flow could not be started or finished. */
export type AuthorizationFailure =
  | "access_denied"
  | "expired"
  | "invalid_request"
  | "invalid_state"
  | "issuer_mismatch"
  | "wrong_user"
  | "provider_error"
  | "server_error";

/** The user's authorization did not come about; `failure` says why. */
export class AuthorizationError extends OAuth2Error {
  override readonly name: string = "AuthorizationError";
  readonly failure: AuthorizationFailure;

  constructor(failure: AuthorizationFailure, message: string, options?: ErrorOptions) {
    super("authorization_failed", message, options);
    this.failure = failure;
  }
}

/** The database did not do what was asked; the same call may succeed later. */
export class StoreUnavailableError extends OAuth2Error {
  override readonly name: string = "StoreUnavailableError";

  constructor(message: string, options?: ErrorOptions) {
    super("store_unavailable", message, options);
  }
}

/** A stored secret could not be sealed or opened: absent key, damaged or moved ciphertext. */
export class SealingError extends OAuth2Error {
  override readonly name: string = "SealingError";

  constructor(message: string, options?: ErrorOptions) {
    super("sealing_failed", message, options);
  }
}

/** The key management service did not do what was asked; the same call may succeed later. */
export class KeyServiceUnavailableError extends OAuth2Error {
  override readonly name: string = "KeyServiceUnavailableError";

  constructor(message: string, options?: ErrorOptions) {
    super("key_service_unavailable", message, options);
  }
}
