import { OAuth2Error } from "@rak-oauth/core";
import { isCookieValue, isHeaderValue } from "./header-rules.js";
import { overNetwork } from "./network-error.js";
import type { ToolRequest } from "./request-blueprint.js";
import type { CredentialCarrier, ProofOfPossession, RequestCredential } from "./tool-auth.js";
import { CallFailedError } from "./tool-result.js";

const maximumRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** A credential and where it travels. */
export interface CarriedCredential {
  readonly carrier: CredentialCarrier;
  readonly credential: RequestCredential;
}

/**
 * Sends a request and follows redirects by hand, within the origin only: what another origin is
 * asked for, with or without a credential, is not the API's to decide.
 *
 * @throws CallFailedError when a redirect leads elsewhere, or there are more than five.
 * @throws NetworkError when the network fails, or the signal ends it.
 */
export async function sendRequest(
  request: ToolRequest,
  carried: CarriedCredential | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const { origin } = request.url;
  let { method, url, body } = request;
  const headers = new Headers(request.headers);
  for (let redirects = 0; ; redirects += 1) {
    const target = new URL(url);
    if (carried) addCredential(target, headers, carried);
    const init = { method, headers, body: body ?? null, redirect: "manual", signal } as const;
    const response = await exchange(target, init, carried?.credential.proof);
    const location = response.headers.get("location");
    if (!redirectStatuses.has(response.status) || location === null) return response;
    await overNetwork(response.body?.cancel());
    if (redirects === maximumRedirects) {
      throw refuseRedirect(`The API redirected more than ${maximumRedirects} times.`);
    }
    if (!URL.canParse(location, url.href))
      throw refuseRedirect("The API redirected to no valid URL.");
    url = new URL(location, url);
    if (url.origin !== origin) {
      throw refuseRedirect(
        `The API redirected from ${origin} to another origin, and that is not followed.`,
      );
    }
    url.username = "";
    url.password = "";
    if (response.status === 303 ? method !== "HEAD" : response.status < 303 && method === "POST") {
      method = "GET";
      body = undefined;
      headers.delete("content-type");
    }
  }
}

/** One request and its answer; a second time where the API wants a nonce in the proof. */
async function exchange(
  url: URL,
  init: RequestInit & { readonly method: string; readonly headers: Headers },
  proof: ProofOfPossession | undefined,
): Promise<Response> {
  for (let isRepeated = false; ; isRepeated = true) {
    if (proof) init.headers.set("dpop", await proof.prove({ method: init.method, url }));
    const response = await overNetwork(fetch(url, init));
    const wantsNonce = proof?.learn(url, response) ?? false;
    if (!wantsNonce || isRepeated) return response;
    await overNetwork(response.body?.cancel());
  }
}

function addCredential(url: URL, headers: Headers, carried: CarriedCredential): void {
  const { carrier, credential } = carried;
  const value = credential.value.secret();
  if (carrier.in === "query") {
    url.searchParams.set(carrier.name, value);
    return;
  }
  // Checked here: the HTTP client would quote the value in its error.
  if (carrier.in === "cookie" ? !isCookieValue(value) : !isHeaderValue(value)) {
    throw new OAuth2Error(
      "tool_request_failed",
      `The credential for ${url.origin} contains a character that no ${carrier.in} may carry.`,
    );
  }
  if (carrier.in === "cookie") headers.set("cookie", `${carrier.name}=${value}`);
  else headers.set(carrier.name, value);
}

function refuseRedirect(message: string): CallFailedError {
  return new CallFailedError({
    error: "redirect_refused",
    message: `${message} Other arguments may avoid it; else a person has to change the tool's url.`,
    retryable: false,
  });
}
