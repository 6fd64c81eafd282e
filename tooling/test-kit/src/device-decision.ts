import { parse } from "node-html-parser";
import { CookieJar } from "tough-cookie";
import { type PlayedBrowser, playBrowser } from "./played-browser.js";
import { signIn } from "./sign-in.js";

/** The device page of an authorization server, and how to get there. */
export interface DevicePage {
  readonly url: string;
  readonly fetch: typeof fetch;
}

/**
 * Plays a person who types the code that a device shows, signs in and allows.
 *
 * @throws Error when no device waits with that code
 */
export async function approveDevice(
  page: DevicePage,
  userCode: string,
  userId: string,
): Promise<void> {
  assertOutcome(await signIn({ ...page, userCode, user: userId }), "connected");
}

/**
 * Plays a person who types the code that a device shows and says that it is not theirs.
 *
 * @throws Error when no device waits with that code
 */
export async function denyDevice(page: DevicePage, userCode: string): Promise<void> {
  const end = await playBrowser({
    ...page,
    cookies: new CookieJar(),
    answers: {
      "device-code": { name: "user_code", value: userCode },
      "device-confirmation": { name: "abort", value: "yes" },
    },
  });
  assertOutcome(end, "refused");
}

function assertOutcome(end: PlayedBrowser, expected: "connected" | "refused"): void {
  const document = parse(end.body);
  if (document.querySelector(`[data-outcome=${expected}]`) === null) {
    const said = document.querySelector("[role=alert]") ?? document.querySelector("h1");
    throw new Error(`The device is not ${expected}. The page says: ${said?.text ?? end.status}`);
  }
}
