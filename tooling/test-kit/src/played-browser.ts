import { type HTMLElement, parse } from "node-html-parser";
import type { CookieJar } from "tough-cookie";

/** What a person enters or presses on a form. */
interface FormAnswer {
  /** Name of the field or of the buttons. */
  readonly name: string;
  readonly value: string;
}

/** What {@link playBrowser} does. */
export interface PlayBrowserOptions {
  readonly url: string;
  readonly cookies: CookieJar;
  readonly fetch: typeof fetch;
  /** What the person answers, by the `data-step` of the form. A form without an answer is the end. */
  readonly answers: Readonly<Record<string, FormAnswer | undefined>>;
}

/** Where the browser ended. */
export interface PlayedBrowser {
  readonly finalUrl: string;
  readonly status: number;
  readonly body: string;
  /** Every URL that a redirect led to, in order. */
  readonly redirects: readonly string[];
}

interface PageRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly fields?: URLSearchParams | undefined;
  readonly origin?: string | undefined;
}

const maximumSteps = 40;
const requestTimeoutMs = 15_000;

/**
 * Follows redirects with cookies over real HTTP, fills in forms, and submits those that a script
 * would, until a page has nothing left to do.
 *
 * @throws Error when a form does not offer the answer, a server is not reached, or it never ends
 */
export async function playBrowser(options: PlayBrowserOptions): Promise<PlayedBrowser> {
  const redirects: string[] = [];
  let request: PageRequest = { url: options.url, method: "GET" };
  for (let step = 0; step < maximumSteps; step += 1) {
    const response = await send(request, options);
    const target = redirectTarget(response, request.url);
    if (target !== undefined) {
      await response.body?.cancel();
      redirects.push(target);
      const keepsMethod = response.status === 307 || response.status === 308;
      request = keepsMethod ? { ...request, url: target } : { url: target, method: "GET" };
      continue;
    }
    const body = await response.text();
    const next = nextRequest(body, request.url, options.answers);
    if (next === undefined) {
      return { finalUrl: request.url, status: response.status, body, redirects };
    }
    request = next;
  }
  throw new Error(`The sign-in did not end within ${maximumSteps} steps.`);
}

async function send(request: PageRequest, options: PlayBrowserOptions): Promise<Response> {
  const headers = new Headers({ accept: "text/html" });
  const cookie = await options.cookies.getCookieString(request.url);
  if (cookie !== "") {
    headers.set("cookie", cookie);
  }
  if (request.origin !== undefined) {
    headers.set("origin", request.origin);
  }
  const response = await options
    .fetch(request.url, {
      method: request.method,
      headers,
      body: request.fields ?? null,
      redirect: "manual",
      signal: AbortSignal.timeout(requestTimeoutMs),
    })
    .catch((cause: unknown) => {
      const { origin } = new URL(request.url);
      throw new Error(`${origin} was not reached while signing in.`, { cause });
    });
  for (const line of response.headers.getSetCookie()) {
    await options.cookies.setCookie(line, request.url);
  }
  return response;
}

function redirectTarget(response: Response, from: string): string | undefined {
  const location = response.headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status);
  return isRedirect && location !== null ? new URL(location, from).href : undefined;
}

function nextRequest(
  body: string,
  pageUrl: string,
  answers: PlayBrowserOptions["answers"],
): PageRequest | undefined {
  const document = parse(body);
  const form = document.querySelector("form[data-step]");
  if (form === null) {
    const submitsItself = document
      .querySelectorAll("script")
      .some((script) => script.text.includes("document.forms[0].submit()"));
    const first = submitsItself ? document.querySelector("form") : null;
    return first === null ? undefined : submission(first, pageUrl, fieldsOf(first));
  }
  const answer = answers[form.getAttribute("data-step") ?? ""];
  // A page that complains has already had our answer.
  if (answer === undefined || document.querySelector("[role=alert]") !== null) {
    return undefined;
  }
  const fields = fieldsOf(form);
  if (!fields.has(answer.name)) {
    assertOffered(form, answer);
  }
  fields.set(answer.name, answer.value);
  return submission(form, pageUrl, fields);
}

function fieldsOf(form: HTMLElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) {
    const name = input.getAttribute("name");
    if (name !== undefined) {
      fields.append(name, input.getAttribute("value") ?? "");
    }
  }
  return fields;
}

function assertOffered(form: HTMLElement, { name, value }: FormAnswer): void {
  const offered = form
    .querySelectorAll("button")
    .filter((button) => button.getAttribute("name") === name)
    .map((button) => button.getAttribute("value"));
  if (!offered.includes(value)) {
    throw new Error(
      `The page does not offer the ${name} "${value}"; it offers: ${offered.join(", ")}.`,
    );
  }
}

function submission(form: HTMLElement, pageUrl: string, fields: URLSearchParams): PageRequest {
  return {
    url: new URL(form.getAttribute("action") ?? "", pageUrl).href,
    method: "POST",
    fields,
    origin: new URL(pageUrl).origin,
  };
}
