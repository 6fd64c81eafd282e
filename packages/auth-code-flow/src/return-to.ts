import { AuthorizationError, ConfigurationError, isSecureUrl } from "@rak-oauth/core";

/** Addresses a browser may be sent to once the flow is over. */
export class ReturnAddresses {
  readonly #origins: ReadonlySet<string>;

  /** @throws ConfigurationError naming an entry that is no origin of https, or of http on loopback. */
  constructor(origins: readonly string[]) {
    for (const origin of origins) {
      if (
        !URL.canParse(origin) ||
        new URL(origin).origin !== origin ||
        !isSecureUrl(origin, true)
      ) {
        throw new ConfigurationError(
          `AuthorizationCodeFlow: returnToOrigins holds ${JSON.stringify(origin)}, which is no https origin. Write scheme and host without a path, such as "https://app.example.com".`,
        );
      }
    }
    this.#origins = new Set(origins);
  }

  /**
   * The address as a browser will understand it. Only the parsed origin is compared: `//e`, `/\e`,
   * tabs and encoded forms all resolve elsewhere than they look.
   *
   * @throws AuthorizationError `invalid_request` when its origin is not on the list.
   */
  check(returnTo: string): string {
    const address = URL.canParse(returnTo) ? new URL(returnTo) : undefined;
    if (
      address === undefined ||
      !this.#origins.has(address.origin) ||
      address.username !== "" ||
      address.password !== ""
    ) {
      throw new AuthorizationError(
        "invalid_request",
        `returnTo must be an absolute address of an origin in returnToOrigins (${[...this.#origins].join(", ") || "it is empty"}). Add the origin there, or leave returnTo out.`,
      );
    }
    return address.href;
  }
}
