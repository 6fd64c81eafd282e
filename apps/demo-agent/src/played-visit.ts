import { type SignInOptions, type SignInResult, signIn } from "@rak-oauth/test-kit";
import { CookieJar } from "tough-cookie";

/**
 * Plays the link's user in a browser over real HTTP: says yes to being that user, signs in at the
 * provider, and confirms the account that the page shows.
 *
 * @throws Error when a page is not the one that a person would see there
 */
export async function playVisit(options: SignInOptions): Promise<SignInResult> {
  const { user, cookies = new CookieJar() } = options;
  const asked = await signIn({ ...options, cookies });
  const continueUrl = read(asked.body, /<a class="button primary" href="([^"]+)"/);
  if (continueUrl === undefined) return asked;
  if (!asked.body.includes(`you are <bdi>${user}</bdi>`)) {
    throw new Error(`The page before the sign-in does not ask for ${user}.`);
  }
  const question = await signIn({ ...options, url: continueUrl, cookies });
  const action = read(question.body, /<form [^>]*action="([^"]+)"/);
  const proof = read(question.body, /name="proof" value="([^"]+)"/);
  if (action === undefined || proof === undefined) return question;
  const response = await fetch(action, {
    method: "POST",
    headers: { cookie: await cookies.getCookieString(action), "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ proof, decision: "connect" }),
  });
  const { status } = response;
  const { redirects } = question;
  return { finalUrl: action, status, body: await response.text(), redirects };
}

function read(html: string, pattern: RegExp): string | undefined {
  return pattern.exec(html)?.[1]?.replaceAll("&amp;", "&");
}
