import type { AccessToken } from "@rak-oauth/core";
import { tokenIntrospection } from "openid-client";
import type { ProviderClient } from "./provider-client.js";
import { serverTime } from "./token-failure.js";

/** What the provider says of a token. */
export interface TokenIntrospection {
  readonly active: boolean;
  /** Absolute expiry, on this machine's clock where the answer names the server's time. */
  readonly expiresAt?: Date | undefined;
}

/** Callers wait for it, and it is no more than a hint. */
const longestWaitMs = 3_000;

/**
 * Asks the provider about an access token, once. Nothing where there is no introspection endpoint or
 * no usable answer: it is a hint, and nobody is worse off without it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2
 */
export async function introspectToken(
  client: ProviderClient,
  token: AccessToken,
): Promise<TokenIntrospection | undefined> {
  const { config, clock } = client;
  if (config.introspectionUrl === undefined) return undefined;
  let aheadMs = 0;
  try {
    const { active, exp } = await client.ask(
      {
        endpoint: "introspection endpoint",
        field: "introspectionUrl",
        timeoutMs: Math.min(client.requestTimeoutMs, longestWaitMs),
      },
      (body, { headers }) => {
        const now = clock.now();
        aheadMs = serverTime(headers, now) - now;
        return body;
      },
      (configuration) =>
        tokenIntrospection(configuration, token.secret(), { token_type_hint: "access_token" }),
    );
    const expiresAt = new Date((typeof exp === "number" ? exp * 1000 : Number.NaN) - aheadMs);
    return Number.isNaN(expiresAt.getTime()) ? { active } : { active, expiresAt };
  } catch {
    return undefined;
  }
}
