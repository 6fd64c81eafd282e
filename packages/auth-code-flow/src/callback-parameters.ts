import { AuthorizationError } from "@rak-oauth/core";
import { handlePattern } from "./browser-binding.js";

/** Longest accepted query of a callback, in characters. */
const maximumQueryLength = 8192;

/** A well-formed authorization response (RFC 6749 §4.1.2), nothing about it verified yet. */
export interface CallbackParameters {
  /** The `state` as it was sent. */
  readonly state: string;
  /** The part of `state` that finds the record. */
  readonly stateHandle: string;
  /** The part of `state` that fits one browser. */
  readonly browserTag: string;
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
 * @throws AuthorizationError `invalid_request` when parameters are missing, doubled or too long, and
 * `invalid_state` when the state is not of our making.
 */
export function readCallbackParameters(url: URL): CallbackParameters {
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
  const [stateHandle = "", browserTag = "", ...more] = state.split(".");
  if (!handlePattern.test(stateHandle) || !handlePattern.test(browserTag) || more.length > 0) {
    throw new AuthorizationError(
      "invalid_state",
      'The callback carries a "state" that was not made here. Start the authorization again.',
    );
  }
  return {
    state,
    stateHandle,
    browserTag,
    iss,
    error: error && printable(error),
    errorDescription: errorDescription && printable(errorDescription),
  };
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
