import { AuthorizationError } from "@rak-oauth/core";
import { type AuthorizationResponse, readAuthorizationResponse } from "./authorization-response.js";
import { handlePattern } from "./browser-binding.js";

/** An authorization response whose `state` has the form of ours, nothing about it verified yet. */
export interface CallbackParameters extends AuthorizationResponse {
  /** The part of `state` that finds the record. */
  readonly stateHandle: string;
  /** The part of `state` that fits one browser. */
  readonly browserTag: string;
}

/**
 * Reads the query of a callback.
 *
 * @throws AuthorizationError `invalid_request` when parameters are missing, doubled or too long, and
 * `invalid_state` when the state is not of our making.
 */
export function readCallbackParameters(url: URL): CallbackParameters {
  const response = readAuthorizationResponse(url);
  const [stateHandle = "", browserTag = "", ...more] = response.state.split(".");
  if (!handlePattern.test(stateHandle) || !handlePattern.test(browserTag) || more.length > 0) {
    throw new AuthorizationError(
      "invalid_state",
      'The callback carries a "state" that was not made here. Start the authorization again.',
    );
  }
  return { ...response, stateHandle, browserTag };
}
