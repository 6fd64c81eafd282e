import { ConfigurationError } from "@rak-oauth/core";
import type { PendingAuthorization } from "./authorization-code-flow-options.js";
import type { UserConfirmation } from "./confirm-by-user.js";

/**
 * Tells whether the person in this browser is the user the flow was started for. Asked when the link
 * is opened, and again before the code is exchanged; only `true` lets the browser pass.
 */
export type UserVerifier = (
  request: Request,
  pending: PendingAuthorization,
) => boolean | Promise<boolean>;

/** The verifier of a process that starts flows and waits for them, while another serves browsers. */
export const refuseAllBrowsers: UserVerifier = () => false;

/** How a flow makes sure of its user. */
export interface UserCheck {
  readonly verifyUser: UserVerifier;
  /** Present where the person decides. */
  readonly confirmation: UserConfirmation | undefined;
}

/** What {@link chooseUserCheck} chooses from. */
export interface ChooseUserCheckOptions {
  readonly verifyUser?: UserVerifier | UserConfirmation | undefined;
  readonly dangerouslyAllowAnyUser?: boolean | undefined;
}

/** @throws ConfigurationError unless there is exactly one way, naming all of them. */
export function chooseUserCheck(options: ChooseUserCheckOptions): UserCheck {
  const { verifyUser, dangerouslyAllowAnyUser: allowAnyUser = false } = options;
  if (typeof allowAnyUser !== "boolean") {
    throw faulty(
      `dangerouslyAllowAnyUser is of type ${typeof allowAnyUser} and must be a boolean.`,
    );
  }
  if (verifyUser === undefined) {
    if (allowAnyUser) return { verifyUser: () => true, confirmation: undefined };
    throw faulty(
      "verifyUser is missing, and without it whoever opens a link connects their account to the user it was made for. Give verifySessionCookie(…) for your application's session cookie, verifyJwt(…) for a token of your identity provider, a function (request, pending) => boolean of your own, or confirmByUser(…), which is weaker, where this server cannot know who is signed in. In a process that starts flows and serves no browser, give refuseAllBrowsers. For tests, dangerouslyAllowAnyUser: true lets everybody pass.",
    );
  }
  if (allowAnyUser) {
    throw faulty("verifyUser and dangerouslyAllowAnyUser are both given. Remove one.");
  }
  if (typeof verifyUser === "function") return { verifyUser, confirmation: undefined };
  if (verifyUser?.kind === "user_confirmation") {
    return { verifyUser: () => true, confirmation: verifyUser };
  }
  throw faulty(
    "verifyUser is neither a function (request, pending) => boolean nor made by confirmByUser.",
  );
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`AuthorizationCodeFlow: ${problem}`);
}
