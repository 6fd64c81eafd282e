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
  /** @defaultValue undici's client, or what the application has put in place of the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

type LimitName =
  | "maximumCachedTokens"
  | "maximumConcurrentRequests"
  | "waitTimeoutMs"
  | "leaseMs"
  | "requestTimeoutMs";

/** The numbers of {@link TokenManagerOptions}. */
export type TokenManagerLimits = Readonly<Record<LimitName, number>>;

interface LimitRange {
  readonly usual: number;
  readonly most: number;
}

const day = 24 * 60 * 60 * 1000;

const ranges: Readonly<Record<LimitName, LimitRange>> = {
  maximumCachedTokens: { usual: 10_000, most: 10_000_000 },
  maximumConcurrentRequests: { usual: 50, most: 1_000_000 },
  waitTimeoutMs: { usual: 30_000, most: day },
  leaseMs: { usual: 5_000, most: day },
  requestTimeoutMs: { usual: 60_000, most: day },
};

/**
 * Fills in defaults and checks the numbers.
 *
 * @throws ConfigurationError naming the option that cannot work, and its mend.
 */
export function readLimits(options: TokenManagerOptions): TokenManagerLimits {
  const names = Object.keys(ranges) as LimitName[];
  const limits = names.map((name) => {
    const { usual, most } = ranges[name];
    const value = options[name] ?? usual;
    if (!Number.isSafeInteger(value) || value <= 0 || value > most) {
      throw new ConfigurationError(
        `TokenManager for "${options.config.provider}": ${name} is ${value} and must be a positive whole number, at most ${most}, such as ${usual}.`,
      );
    }
    return [name, value] as const;
  });
  return Object.fromEntries(limits) as TokenManagerLimits;
}
