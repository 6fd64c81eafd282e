import type { CallDeadline } from "./call-deadline.js";
import type { RequestDispatcher } from "./fetch-dispatcher.js";
import { type ApiResponse, exchange, type HttpExchange } from "./http-exchange.js";
import { prepareCredential } from "./prepared-credential.js";
import { withQueryParameter } from "./query.js";
import type { ToolRequest } from "./request-blueprint.js";
import type { ProofOfPossession, RequestCredential } from "./tool-auth.js";
import type { TellProgress } from "./tool-progress.js";
import { CallFailedError } from "./tool-result.js";

/** How many redirects of one request are followed. */
export const maximumRedirects = 5;
/** HTTP statuses that say where to go instead, in `Location` (RFC 9110 §15.4). */
export const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** How a request is sent. */
export interface Sending {
  readonly dispatcher: RequestDispatcher;
  readonly deadline: CallDeadline;
  /** How much of an answer is received, in bytes as they come. */
  readonly maximumBytes: number;
  readonly tell: TellProgress;
}

/**
 * Sends a request and follows redirects by hand, within the origin only: what another origin is
 * asked for, with or without a credential, is not the API's to decide.
 *
 * @throws CallFailedError when a redirect leads elsewhere, or there are more than five.
 * @throws NetworkError when the network fails, or the deadline ends it.
 */
export async function sendRequest(
  request: ToolRequest,
  credential: RequestCredential | undefined,
  sending: Sending,
): Promise<ApiResponse> {
  const { origin } = request.url;
  let { method, url, headers: given, body } = request;
  for (let redirects = 0; ; redirects += 1) {
    const { target, headers } = withCredential(url, given, credential);
    const { dispatcher, deadline, maximumBytes } = sending;
    const sent = { dispatcher, method, url: target, headers, body, deadline, maximumBytes };
    const proof = credential?.proof;
    const response = await (proof === undefined ? exchange(sent) : exchangeWithProof(sent, proof));
    const { status } = response;
    const location = redirectStatuses.has(status) ? response.header("location") : undefined;
    if (location === undefined) return response;
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
    if (status === 303 ? method !== "HEAD" : status < 303 && method === "POST") {
      method = "GET";
      body = undefined;
      const { "content-type": _, ...others } = given;
      given = others;
    }
    sending.tell({ kind: "redirected", httpStatus: status });
  }
}

/** One request and its answer; a second time where the API wants a nonce in the proof. */
async function exchangeWithProof(
  options: HttpExchange,
  proof: ProofOfPossession,
): Promise<ApiResponse> {
  const { method, url, headers } = options;
  for (let isRepeated = false; ; isRepeated = true) {
    headers["dpop"] = await proof.prove({ method, url });
    const response = await exchange(options);
    const wantsNonce = proof.learn(url, response);
    if (!wantsNonce || isRepeated) return response;
  }
}

function withCredential(
  url: URL,
  given: Readonly<Record<string, string>>,
  credential: RequestCredential | undefined,
): { readonly target: URL; readonly headers: Record<string, string> } {
  const headers: Record<string, string> = { ...given };
  if (credential === undefined) return { target: url, headers };
  const prepared = prepareCredential(credential);
  Object.assign(headers, prepared.headers);
  if (prepared.cookies.length > 0) {
    const { cookie } = given;
    headers["cookie"] = [...(cookie === undefined ? [] : [cookie]), ...prepared.cookies].join("; ");
  }
  let target = url;
  for (const [name, value] of prepared.query) target = withQueryParameter(target, name, value);
  return { target, headers };
}

function refuseRedirect(message: string): CallFailedError {
  return new CallFailedError({
    error: "redirect_refused",
    message: `${message} Other arguments may avoid it; else a person has to change the tool's url.`,
    retryable: false,
  });
}
