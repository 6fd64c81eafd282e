import { isOAuth2Error, type NeedsUserAuthorizationError } from "@rak-oauth/core";
import { exitCodes } from "./exit-codes.js";
import { toOneLine } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** What went wrong, in one line, and the exit code for it. */
export interface ToldFailure {
  readonly message: string;
  readonly exitCode: number;
}

/** Puts an error in one line for a person; none of ours holds a secret. */
export function tellFailure(error: unknown): ToldFailure {
  if (error instanceof UsageError) {
    return { message: toOneLine(error.message), exitCode: exitCodes.usage };
  }
  if (!isOAuth2Error(error)) {
    return { message: toOneLine(describeUnexpected(error)), exitCode: exitCodes.failed };
  }
  const message = toOneLine(error.message);
  switch (error.code) {
    case "needs_user_authorization": {
      const { provider } = error as NeedsUserAuthorizationError;
      return {
        message: `${message} Run: rak-oauth connect ${provider}`,
        exitCode: exitCodes.needsAuthorization,
      };
    }
    case "authorization_failed":
      return { message, exitCode: exitCodes.needsAuthorization };
    case "invalid_configuration":
    case "invalid_credential_key":
      return { message, exitCode: exitCodes.usage };
    default:
      return { message, exitCode: exitCodes.failed };
  }
}

function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch says on its own is "fetch failed".
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`;
}
