import { inspect } from "node:util";

/**
 * A string that does not show itself: `inspect`, JSON, template strings and error messages print a
 * placeholder. Only {@link Secret.secret} gives the value.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; keep it out of logs, URLs and errors. */
  secret(): string {
    return this.#value;
  }

  /** The placeholder, never the value. */
  toString(): string {
    return `${this.constructor.name}(…redacted)`;
  }

  /** The placeholder, never the value. */
  toJSON(): string {
    return this.toString();
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, {
  value(this: Secret): string {
    return this.toString();
  },
});

/** Details an {@link AccessToken} carries beside its value. */
export interface AccessTokenOptions {
  /** Absolute expiry; absent when the server did not say. */
  readonly expiresAt?: Date | undefined;
  /** Scopes the token was granted (RFC 6749 §3.3). */
  readonly scopes?: readonly string[] | undefined;
  /** How the token is presented (RFC 6749 §7.1). @defaultValue "Bearer" */
  readonly tokenType?: string | undefined;
  /** The private key a DPoP token is bound to (RFC 9449), as a JSON Web Key in JSON. */
  readonly dpopKey?: Secret | undefined;
}

/**
 * An access token that prints as `AccessToken(…redacted)`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-1.4
 */
export class AccessToken extends Secret {
  readonly expiresAt: Date | undefined;
  readonly scopes: readonly string[];
  readonly tokenType: string;
  readonly dpopKey: Secret | undefined;

  constructor(value: string, options: AccessTokenOptions = {}) {
    super(value);
    this.expiresAt = options.expiresAt;
    this.scopes = options.scopes ?? [];
    this.tokenType = options.tokenType ?? "Bearer";
    this.dpopKey = options.dpopKey;
  }

  /** The same token with an expiry that became known later. */
  expiringAt(expiresAt: Date): AccessToken {
    const { scopes, tokenType, dpopKey } = this;
    return new AccessToken(this.secret(), { expiresAt, scopes, tokenType, dpopKey });
  }
}
