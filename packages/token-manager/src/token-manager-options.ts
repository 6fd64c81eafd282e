import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { ConfigurationError } from "@rak-oauth/core";
import type { GrantSources } from "./on-demand-grant.js";
import type { TokenEvent } from "./token-event.js";

/** Options of {@link TokenManager}. */
export interface TokenManagerOptions extends GrantSources {
  readonly config: OAuth2Config;
  readonly credentials: CredentialService;
  /** How many tokens this process keeps at most. @defaultValue 10000 */
  readonly maximumCachedTokens?: number | undefined;
  /**
   * How many token requests this process has under way at once at most; callers beyond that wait
   * their turn.
   *
   * @defaultValue 50
   */
  readonly maximumConcurrentRequests?: number | undefined;
  /** How long a caller waits for a token, in milliseconds. @defaultValue 30000 */
  readonly waitTimeoutMs?: number | undefined;
  /** How long a refresh lease lasts unless its living holder renews it, in ms. @defaultValue 5000 */
  readonly leaseMs?: number | undefined;
  /** Limit of one token request, in milliseconds. @defaultValue 60000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Is told of what happens to tokens, for logs, alarms and audits. It should not block. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

const defaults = {
  maximumCachedTokens: 10_000,
  maximumConcurrentRequests: 50,
  waitTimeoutMs: 30_000,
  leaseMs: 5_000,
  requestTimeoutMs: 60_000,
} as const;

/** The numbers of {@link TokenManagerOptions}. */
export type TokenManagerLimits = { readonly [Name in keyof typeof defaults]: number };

/**
 * Fills in defaults and checks the numbers.
 *
 * @throws ConfigurationError naming the option that cannot work, and its mend.
 */
export function readLimits(options: TokenManagerOptions): TokenManagerLimits {
  const names = Object.keys(defaults) as (keyof TokenManagerLimits)[];
  const limits = names.map((name) => {
    const value = options[name] ?? defaults[name];
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw new ConfigurationError(
        `TokenManager for "${options.config.provider}": ${name} is ${value} and must be a positive whole number, such as ${defaults[name]}.`,
      );
    }
    return [name, value] as const;
  });
  return Object.fromEntries(limits) as TokenManagerLimits;
}
