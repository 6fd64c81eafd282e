import { OAuth2Error } from "@rak-oauth/core";

/** A token request was held back in the last moment: nothing was sent, and nothing is spent. */
export class NotSentError extends OAuth2Error {
  override readonly name: string = "NotSentError";

  constructor(provider: string) {
    super("token_request_failed", `The token request to ${provider} was not sent. Try again.`);
  }
}
