import { ConfigurationError, type CredentialKey } from "@rak-oauth/core";

/** Options of {@link confirmByUser}. */
export interface ConfirmByUserOptions {
  /** The application's name for people, such as `Acme agent`. */
  readonly applicationName: string;
  /** The user's name for people, by which they recognise themselves. @defaultValue the user id */
  readonly describeUser?: ((key: CredentialKey) => string | Promise<string>) | undefined;
}

/** That the person in the browser decides whether the link is theirs; made by {@link confirmByUser}. */
export interface UserConfirmation {
  readonly kind: "user_confirmation";
  readonly applicationName: string;
  /** The user's name for people. */
  readonly describeUser: (key: CredentialKey) => string | Promise<string>;
}

/**
 * Asks the person in the browser instead of a session: before they go to the provider, and again when
 * it is known which account they chose. Until they say yes to both, nothing is stored for the agent.
 *
 * It is weaker than a verifier. Who is careless, or talked into it, can still connect their account to
 * somebody else's agent. Use it where the server cannot know who is signed in to your application.
 *
 * @throws ConfigurationError without an `applicationName`.
 */
export function confirmByUser(options: ConfirmByUserOptions): UserConfirmation {
  const { applicationName, describeUser } = options;
  if (typeof applicationName !== "string" || applicationName.trim() === "") {
    throw new ConfigurationError(
      'confirmByUser: applicationName is missing. Give the name by which people know your application, such as "Acme agent".',
    );
  }
  return {
    kind: "user_confirmation",
    applicationName: applicationName.trim(),
    // A flow is never started without a user.
    describeUser: describeUser ?? (({ userId = "" }) => userId),
  };
}
