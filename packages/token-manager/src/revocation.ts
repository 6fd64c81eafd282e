import type { Secret } from "@rak-oauth/core";
import { tokenRevocation } from "openid-client";
import { discardBody, errorOf, readBody } from "./endpoint-answer.js";
import type { ProviderClient } from "./provider-client.js";
import { parseRetryAfter } from "./token-failure.js";

/**
 * What became of a token at the revocation endpoint: `revoked` is certain, `unsupported` means that
 * the provider has no way to revoke it, `failed` that it may live on.
 */
export type RevocationOutcome = "revoked" | "unsupported" | "failed";

/** What one request led to; a wish to wait, where another may lead to more. */
type Attempt = RevocationOutcome | { readonly retryAfterMs: number | undefined };

const maximumTries = 3;
const longestWaitMs = 5_000;
const shortestBackoffMs = 500;

/**
 * Revokes a token at the provider, and tries again for a few seconds when that has no time.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export async function revokeToken(
  client: ProviderClient,
  token: Secret,
  tokenTypeHint: "access_token" | "refresh_token",
): Promise<RevocationOutcome> {
  if (client.config.revocationUrl === undefined) return "unsupported";
  const { signal } = new AbortController();
  let remainingMs = longestWaitMs;
  for (let tries = 1; ; tries += 1) {
    const attempt = await tryOnce(client, token, tokenTypeHint);
    if (typeof attempt === "string") return attempt;
    const waitMs = attempt.retryAfterMs ?? shortestBackoffMs * 2 ** (tries - 1);
    if (tries === maximumTries || waitMs > remainingMs) return "failed";
    remainingMs -= waitMs;
    await client.scheduler.wait(waitMs, { signal });
  }
}

async function tryOnce(
  client: ProviderClient,
  token: Secret,
  tokenTypeHint: string,
): Promise<Attempt> {
  let attempt: Attempt = "failed";
  const configuration = client.configuration(async (url, init) => {
    attempt = await client
      .request(url, init, (response, signal) => judge(client, response, signal))
      .catch(afterNoAnswer);
    return new Response();
  });
  try {
    await tokenRevocation(configuration, token.secret(), { token_type_hint: tokenTypeHint });
  } catch {
    // Nothing was sent, and the reason may quote what would have been.
  }
  return attempt;
}

async function judge(
  client: ProviderClient,
  response: Response,
  signal: AbortSignal,
): Promise<Attempt> {
  const { status, headers } = response;
  const now = client.clock.now();
  if (status === 429 || status >= 500) {
    discardBody(response);
    return { retryAfterMs: parseRetryAfter(headers.get("retry-after"), now) };
  }
  if (status >= 200 && status < 300) {
    discardBody(response);
    return "revoked";
  }
  const { config } = client;
  const error = errorOf(await readBody(response, { config, signal, now }));
  if (error === "unsupported_token_type") return "unsupported";
  // Not in RFC 7009, which answers 200 here: the token is dead already, and that is what was wanted.
  return error === "invalid_token" ? "revoked" : "failed";
}

/** A timeout has cost the caller enough; a connection that broke may be a better one next time. */
function afterNoAnswer(error: unknown): Attempt {
  return error instanceof TypeError ? { retryAfterMs: undefined } : "failed";
}
