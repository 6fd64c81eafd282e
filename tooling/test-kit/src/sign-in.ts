import { CookieJar } from "tough-cookie";
import { playBrowser } from "./played-browser.js";

/** What {@link signIn} does. */
export interface SignInOptions {
  /**
   * Where the person starts: an authorization URL, a page that redirects to one, or the
   * verification URL of a device.
   */
  readonly url: string;
  /** Id of the user of the authorization server who signs in. */
  readonly user: string;
  /** What the user answers when asked for consent. @defaultValue "allow" */
  readonly decision?: "allow" | "deny" | undefined;
  /** What the user types when asked for the code that a device shows. */
  readonly userCode?: string | undefined;
  /**
   * Cookies of the browser that is played; pass one jar twice to come back as the same browser.
   *
   * @defaultValue an empty one
   */
  readonly cookies?: CookieJar | undefined;
  /** How the browser reaches servers, as with `createFetch()` of one with TLS. @defaultValue `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

/** Where a sign-in ended. */
export interface SignInResult {
  readonly finalUrl: string;
  readonly status: number;
  readonly body: string;
  /** Every URL that a redirect led to, in order. They may hold codes: not for the screen. */
  readonly redirects: readonly string[];
}

/**
 * Plays a person in a browser over real HTTP: follows redirects with cookies, fills in the forms of
 * {@link startAuthorizationServer} when they come, and stops at the first page that is neither.
 *
 * As in a browser, cookies belong to a host and not to a port of it.
 *
 * @throws Error when the user is not on the login page, a server is not reached, or it never ends
 */
export function signIn(options: SignInOptions): Promise<SignInResult> {
  const { url, user, decision = "allow", userCode } = options;
  return playBrowser({
    url,
    cookies: options.cookies ?? new CookieJar(),
    fetch: options.fetch ?? fetch,
    answers: {
      login: { name: "user", value: user },
      consent: { name: "decision", value: decision },
      "device-code": userCode === undefined ? undefined : { name: "user_code", value: userCode },
      "device-confirmation": { name: "confirm", value: "yes" },
    },
  });
}
