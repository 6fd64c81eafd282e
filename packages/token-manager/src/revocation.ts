import type { OAuth2Config, RevocationRequest, Secret } from "@rak-oauth/core";
import { type ClientAuth, tokenRevocation } from "openid-client";
import { clientAuthentication } from "./client-authentication.js";
import { discardBody, errorOf, readBody } from "./endpoint-answer.js";
import type { EndpointAnswer } from "./endpoint-transport.js";
import type { ProviderClient } from "./provider-client.js";
import { readRetryAfter } from "./token-failure.js";

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
 * Revokes a token at the provider, in the provider's dialect where it has one, and tries again for a few
 * seconds when that has no time, or until `signal` aborts.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export async function revokeToken(
  client: ProviderClient,
  token: Secret,
  tokenTypeHint: "access_token" | "refresh_token",
  signal: AbortSignal = new AbortController().signal,
): Promise<RevocationOutcome> {
  const { revocationUrl, quirks } = client.config;
  const only = quirks.revocationRequest?.tokenType ?? tokenTypeHint;
  if (revocationUrl === undefined || only !== tokenTypeHint) return "unsupported";
  let remainingMs = longestWaitMs;
  for (let tries = 1; ; tries += 1) {
    const attempt = await tryOnce(client, token, tokenTypeHint, signal);
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
  ended: AbortSignal,
): Promise<Attempt> {
  let attempt: Attempt = "failed";
  const { revocationRequest: dialect } = client.config.quirks;
  const configuration = client.configuration(
    async (url, init) => {
      const request = dialect === undefined ? init : inDialect(init, token, dialect);
      attempt = await client
        .request(url, { ...request, signal: ended }, (response, signal) =>
          judge(client, response, signal),
        )
        .catch(afterNoAnswer);
      return new Response();
    },
    { authentication: authenticationOf(client.config, token) },
  );
  try {
    await tokenRevocation(configuration, token.secret(), { token_type_hint: tokenTypeHint });
  } catch {
    // Nothing was sent, and the reason may quote what would have been.
  }
  return attempt;
}

/** Who authorizes the request, where it is not the client as everywhere else. */
function authenticationOf(config: OAuth2Config, token: Secret): ClientAuth | undefined {
  switch (config.quirks.revocationRequest?.authorization) {
    case "token":
      return (_server, _client, _body, headers) =>
        headers.set("authorization", `Bearer ${token.secret()}`);
    case "client_secret_basic":
      return clientAuthentication({ ...config, clientAuthentication: "client_secret_basic" });
    default:
      return undefined;
  }
}

/** The request of RFC 7009, made over into what the provider wants instead. */
function inDialect(init: RequestInit, token: Secret, dialect: RevocationRequest): RequestInit {
  const { method = "POST", body: kind = "form", tokenParameter = "token" } = dialect;
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(dialect.headers ?? {})) headers.set(name, value);
  const body = new URLSearchParams(init.body as URLSearchParams);
  body.delete("token");
  if (dialect.authorization !== "token") body.set(tokenParameter, token.secret());
  if (kind === "form") return { ...init, method, headers, body };
  headers.delete("content-type");
  body.delete("token_type_hint");
  if (kind === "none") return { ...init, method, headers, body: null };
  headers.set("content-type", "application/json");
  return { ...init, method, headers, body: JSON.stringify(Object.fromEntries(body)) };
}

async function judge(
  client: ProviderClient,
  response: EndpointAnswer,
  signal: AbortSignal,
): Promise<Attempt> {
  const { status, headers } = response;
  const now = client.clock.now();
  if (status === 429 || status >= 500) {
    discardBody(response);
    return { retryAfterMs: readRetryAfter(headers, now) };
  }
  const { config } = client;
  const { revocationRequest: dialect, terminalErrors = [] } = config.quirks;
  const isGood = status >= 200 && status < 300;
  if (isGood && dialect === undefined) {
    discardBody(response);
    return "revoked";
  }
  const body = await readBody(response, { config, signal, now });
  const error = errorOf(body, config);
  // Some say no with a status that says yes.
  const saysNo = error !== undefined || body?.["ok"] === false || body?.["revoked"] === false;
  if (isGood && !saysNo) return "revoked";
  if (error === "unsupported_token_type") return "unsupported";
  // Not in RFC 7009, which answers 200 here: the token is dead already, and that is what was wanted.
  return error !== undefined && [...terminalErrors, "invalid_token"].includes(error)
    ? "revoked"
    : "failed";
}

/** A timeout has cost the caller enough; a connection that broke may be a better one next time. */
function afterNoAnswer(error: unknown): Attempt {
  return error instanceof TypeError ? { retryAfterMs: undefined } : "failed";
}
