import { type HTMLElement, parse } from "node-html-parser";
import { CookieJar } from "tough-cookie";

/** What {@link signIn} does. */
export interface SignInOptions {
  /** Where the person starts: an authorization URL, or a page that redirects to one. */
  readonly url: string;
  /** Id of the user of the authorization server who signs in. */
  readonly user: string;
  /** What the user answers when asked for consent. @defaultValue "allow" */
  readonly decision?: "allow" | "deny" | undefined;
  /**
   * Cookies of the browser that is played; pass one jar twice to come back as the same browser.
   *
   * @defaultValue an empty one
   */
  readonly cookies?: CookieJar | undefined;
}

/** Where a sign-in ended. */
export interface SignInResult {
  readonly finalUrl: string;
  readonly status: number;
  readonly body: string;
  /** Every URL that a redirect led to, in order. They may hold codes: not for the screen. */
  readonly redirects: readonly string[];
}

const maximumSteps = 40;
const requestTimeoutMs = 15_000;

/**
 * Plays a person in a browser over real HTTP: follows redirects with cookies, fills in the forms of
 * {@link startAuthorizationServer} when they come, and stops at the first page that is neither.
 *
 * As in a browser, cookies belong to a host and not to a port of it.
 *
 * @throws Error when the user is not on the login page, a server is not reached, or it never ends
 */
export async function signIn(options: SignInOptions): Promise<SignInResult> {
  const { user, decision = "allow", cookies = new CookieJar() } = options;
  const redirects: string[] = [];
  let request = new Request(options.url);
  for (let step = 0; step < maximumSteps; step += 1) {
    const response = await send(request, cookies);
    const target = redirectTarget(response, request.url);
    if (target !== undefined) {
      await response.body?.cancel();
      redirects.push(target);
      request = redirected(request, response.status, target);
      continue;
    }
    const body = await response.text();
    const next = fillIn(body, request.url, { user, decision });
    if (next === undefined) {
      return { finalUrl: request.url, status: response.status, body, redirects };
    }
    request = next;
  }
  throw new Error(`The sign-in did not end within ${maximumSteps} steps.`);
}

async function send(request: Request, cookies: CookieJar): Promise<Response> {
  const headers = new Headers(request.headers);
  const cookie = await cookies.getCookieString(request.url);
  if (cookie !== "") {
    headers.set("cookie", cookie);
  }
  headers.set("accept", "text/html");
  const response = await fetch(new Request(request.clone(), { headers }), {
    redirect: "manual",
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((cause: unknown) => {
    throw new Error(`${new URL(request.url).origin} was not reached while signing in.`, { cause });
  });
  for (const line of response.headers.getSetCookie()) {
    await cookies.setCookie(line, request.url);
  }
  return response;
}

function redirectTarget(response: Response, from: string): string | undefined {
  const location = response.headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status);
  return isRedirect && location !== null ? new URL(location, from).href : undefined;
}

function redirected(request: Request, status: number, target: string): Request {
  const keepsMethod = status === 307 || status === 308;
  return keepsMethod ? new Request(target, request) : new Request(target);
}

/** The request of the form's submission, or `undefined` when the page has none of our forms. */
function fillIn(
  body: string,
  pageUrl: string,
  answers: { readonly user: string; readonly decision: string },
): Request | undefined {
  const form = parse(body).querySelector("form[data-step]");
  if (form === null) {
    return undefined;
  }
  switch (form.getAttribute("data-step")) {
    case "login":
      return submission(form, pageUrl, "user", answers.user);
    case "consent":
      return submission(form, pageUrl, "decision", answers.decision);
    default:
      return undefined;
  }
}

function submission(form: HTMLElement, pageUrl: string, name: string, value: string): Request {
  const buttons = form
    .querySelectorAll("button")
    .filter((button) => button.getAttribute("name") === name);
  if (!buttons.some((button) => button.getAttribute("value") === value)) {
    const offered = buttons.map((button) => button.getAttribute("value")).join(", ");
    throw new Error(`The page does not offer the ${name} "${value}"; it offers: ${offered}.`);
  }
  const fields = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) {
    const field = input.getAttribute("name");
    if (field !== undefined) {
      fields.append(field, input.getAttribute("value") ?? "");
    }
  }
  fields.append(name, value);
  return new Request(new URL(form.getAttribute("action") ?? "", pageUrl), {
    method: "POST",
    body: fields,
    headers: { origin: new URL(pageUrl).origin },
  });
}
