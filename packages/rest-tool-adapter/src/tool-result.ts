import { type AuthorizationReason, OAuth2Error } from "@rak-oauth/core";

/** The API answered with a 2xx status, or a function of the application's own came to its end. */
export interface ToolSuccess {
  readonly status: "ok";
  /** Absent where the tool is a function. */
  readonly httpStatus?: number | undefined;
  /**
   * Parsed JSON, text, {@link BinaryContent}, or {@link CollectedPages}; `null` when the answer has no
   * body. Holds no credential of the call.
   */
  readonly data: unknown;
  /** Present when the answer was longer and was cut: `data` is then its beginning, as text. */
  readonly truncatedAfterBytes?: number | undefined;
  /** Present when `data` would have been longer than `response.maximumCharacters`. */
  readonly truncatedAfterCharacters?: number | undefined;
  /** How long `data` would have been then, as JSON or text. */
  readonly totalCharacters?: number | undefined;
  readonly pending?: undefined;
}

/**
 * The user has to authorize in the browser first; nothing was sent to the API with rights it lacked.
 * Show `auth_url` to the user, and call the tool again when they are done.
 */
export interface PendingAuthorizationResult {
  readonly pending: true;
  /** What the model may tell the user. */
  readonly message: string;
  readonly auth_url: string;
  /** What the user types or compares at `auth_url`; only by the device flow. */
  readonly user_code?: string | undefined;
  /** Handle to wait for. */
  readonly auth_request_id: string;
  readonly provider: string;
  /** Scopes the user will be asked for. */
  readonly scopes: readonly string[];
  readonly reason: AuthorizationReason;
  /** When the link stops working, as an ISO 8601 time. */
  readonly expires_at: string;
  readonly status?: undefined;
}

/** What kind of failure a {@link ToolFailure} is. */
export type ToolFailureReason =
  | "invalid_arguments"
  | "http_error"
  | "redirect_refused"
  | "timeout"
  | "network_error"
  | "authorization_unavailable"
  | "authorization_denied"
  | "authorization_expired"
  | "authorization_failed";

/** The call did not succeed, said so that the model can act on it. */
export interface ToolFailure {
  readonly status: "error";
  readonly error: ToolFailureReason;
  /** What went wrong and what to do, in words for the model. */
  readonly message: string;
  /** Whether the same call may be repeated safely and can succeed later. */
  readonly retryable: boolean;
  /** Status of the API's answer, where it gave one. */
  readonly httpStatus?: number | undefined;
  /** How long the API wants to be left alone, in seconds, where it says so. */
  readonly retryAfterSeconds?: number | undefined;
  /** The API's own words: parsed JSON, else text. Holds no credential of the call. */
  readonly data?: unknown;
  /** Present when the answer was longer and was cut: `data` is then its beginning, as text. */
  readonly truncatedAfterBytes?: number | undefined;
  /** Present when `data` would have been longer than `response.maximumCharacters`. */
  readonly truncatedAfterCharacters?: number | undefined;
  /** How long `data` would have been then, as JSON or text. */
  readonly totalCharacters?: number | undefined;
  readonly pending?: undefined;
}

/**
 * What a tool call comes to. Tell the three apart by `status`, which is `"ok"` or `"error"`, or by
 * `pending`, which is `true` only while the user has to authorize.
 */
export type ToolResult = ToolSuccess | PendingAuthorizationResult | ToolFailure;

/** Carries a failure out of the depth of a call; the tool turns it into its result. */
export class CallFailedError extends OAuth2Error {
  override readonly name: string = "CallFailedError";
  readonly failure: ToolFailure;

  constructor(failure: Omit<ToolFailure, "status" | "pending">) {
    super("tool_request_failed", failure.message);
    this.failure = { status: "error", ...failure };
  }
}

/** A failure that other arguments would mend. */
export function invalidArguments(message: string): CallFailedError {
  return new CallFailedError({ error: "invalid_arguments", message, retryable: false });
}
