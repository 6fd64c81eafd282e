import type { AccessToken } from "@rak-oauth/core";
import { tokenIntrospection } from "openid-client";
import type { ProviderClient } from "./provider-client.js";

/** What the provider says of a token. */
export interface TokenIntrospection {
  readonly active: boolean;
  /** Absolute expiry, on this machine's clock where the answer names the server's time. */
  readonly expiresAt?: Date | undefined;
}

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
      { endpoint: "introspection endpoint", field: "introspectionUrl" },
      (body, { headers }) => {
        const serverTime = Date.parse(headers.get("date") ?? "");
        if (!Number.isNaN(serverTime)) aheadMs = serverTime - clock.now();
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
