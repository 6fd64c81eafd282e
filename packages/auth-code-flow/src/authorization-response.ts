import { AuthorizationError } from "@rak-oauth/core";

/** Longest accepted query of a callback, in characters. */
const maximumQueryLength = 8192;

/** A well-formed authorization response (RFC 6749 §4.1.2), nothing about it verified yet. */
export interface AuthorizationResponse {
  /** The `state` as it was sent. */
  readonly state: string;
  /** Issuer (RFC 9207). */
  readonly iss: string | undefined;
  /** Error code, when this is an error response; else there is a code. */
  readonly error: string | undefined;
  /** The server's explanation, printable and short; not to be shown before `iss` is checked. */
  readonly errorDescription: string | undefined;
}

/**
 * Reads the query of a callback: one `state`, and one of `code` and `error`.
 *
 * @throws AuthorizationError `invalid_request` when parameters are missing, doubled or too long.
 */
export function readAuthorizationResponse(url: URL): AuthorizationResponse {
  if (url.search.length > maximumQueryLength) {
    throw malformed(`its query is longer than ${maximumQueryLength} characters`);
  }
  const single = (name: string): string | undefined => {
    const values = url.searchParams.getAll(name);
    if (values.length > 1) throw malformed(`"${name}" is there ${values.length} times`);
    return values[0];
  };
  const state = single("state");
  const code = single("code");
  const error = single("error");
  const iss = single("iss");
  const errorDescription = single("error_description");
  if (!state) throw malformed('"state" is missing');
  if (!code && !error) throw malformed('neither "code" nor "error" is there');
  if (code !== undefined && error !== undefined)
    throw malformed('both "code" and "error" are there');
  return {
    state,
    iss,
    error: error && printable(error),
    errorDescription: errorDescription && printable(errorDescription),
  };
}

/** The error for an error response whose issuer has been checked; nothing for one with a code. */
export function refusalOf(
  { error, errorDescription }: AuthorizationResponse,
  displayName: string,
): AuthorizationError | undefined {
  if (error === undefined) return undefined;
  if (error === "access_denied") {
    return new AuthorizationError(
      "access_denied",
      `The user did not allow access to ${displayName}.`,
    );
  }
  const said = [error, errorDescription].filter(Boolean).join(": ");
  return new AuthorizationError("provider_error", `${displayName} answered with "${said}".`);
}

/** Keeps the characters that RFC 6749 §4.1.2.1 allows in `error` and `error_description`. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "").slice(0, 200);
}

function malformed(how: string): AuthorizationError {
  return new AuthorizationError(
    "invalid_request",
    `The callback is no authorization response: ${how}. Start the authorization again.`,
  );
}
