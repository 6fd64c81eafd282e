import { OAuth2Error } from "@rak-oauth/core";
import { isCookieValue, isHeaderValue } from "./header-rules.js";
import { overNetwork } from "./network-error.js";
import { percentEncode } from "./percent-encoding.js";
import type { ToolRequest } from "./request-blueprint.js";
import type { CarriedSecret, ProofOfPossession, RequestCredential } from "./tool-auth.js";
import { CallFailedError } from "./tool-result.js";

const maximumRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects by hand, within the origin only: what another origin is
 * asked for, with or without a credential, is not the API's to decide.
 *
 * @throws CallFailedError when a redirect leads elsewhere, or there are more than five.
 * @throws NetworkError when the network fails, or the signal ends it.
 */
export async function sendRequest(
  request: ToolRequest,
  credential: RequestCredential | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const { origin } = request.url;
  let { method, url, body } = request;
  const given = { ...request.headers };
  for (let redirects = 0; ; redirects += 1) {
    const target = new URL(url);
    const headers = new Headers(given);
    for (const carried of credential?.carried ?? []) addCredential(target, headers, carried);
    const init = { method, headers, body: body ?? null, redirect: "manual", signal } as const;
    const response = await exchange(target, init, credential?.proof);
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
      delete given["content-type"];
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

function addCredential(url: URL, headers: Headers, carried: CarriedSecret): void {
  const { carrier } = carried;
  const value = carried.value.secret();
  if (carrier.in === "query") {
    // An address the API redirects to may have it already. Else the rest stays as it is spelt.
    if (url.searchParams.has(carrier.name)) url.searchParams.set(carrier.name, value);
    else url.search += `${url.search === "" ? "" : "&"}${toPair(carrier.name, value)}`;
    return;
  }
  // Checked here: the HTTP client would quote the value in its error.
  if (carrier.in === "cookie" ? !isCookieValue(value) : !isHeaderValue(value)) {
    throw new OAuth2Error(
      "tool_request_failed",
      `The credential for ${url.origin} contains a character that no ${carrier.in} may carry.`,
    );
  }
  if (carrier.in === "header") {
    headers.set(carrier.name, value);
    return;
  }
  const others = headers.get("cookie");
  headers.set("cookie", `${others === null ? "" : `${others}; `}${carrier.name}=${value}`);
}

function toPair(name: string, value: string): string {
  return `${percentEncode(name)}=${percentEncode(value)}`;
}

function refuseRedirect(message: string): CallFailedError {
  return new CallFailedError({
    error: "redirect_refused",
    message: `${message} Other arguments may avoid it; else a person has to change the tool's url.`,
    retryable: false,
  });
}
