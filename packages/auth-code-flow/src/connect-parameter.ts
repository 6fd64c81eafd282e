import { AuthorizationError } from "@rak-oauth/core";
import { handlePattern } from "./browser-binding.js";

/** The parameter of the connect URL, and of the page to confirm, that holds a flow's handle. */
export const connectParameter = "request";

/** @throws AuthorizationError `invalid_request` unless the address holds one handle. */
export function readHandle(url: URL): string {
  const [handle, ...more] = url.searchParams.getAll(connectParameter);
  if (handle === undefined || more.length > 0 || !handlePattern.test(handle)) {
    throw new AuthorizationError(
      "invalid_request",
      `The link is not complete: its "${connectParameter}" is missing or damaged. Open it exactly as it was given.`,
    );
  }
  return handle;
}
