import { createHmac, timingSafeEqual } from "node:crypto";

const patienceSeconds = 300;

/**
 * Whether a request was signed by Slack, and not long ago.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function isFromSlack(headers: Headers, body: string, secret: string): boolean {
  const time = headers.get("x-slack-request-timestamp") ?? "";
  if (!(Math.abs(Date.now() / 1000 - Number(time)) < patienceSeconds)) return false;
  const expected = Buffer.from(signFor(time, body, secret));
  const given = Buffer.from(headers.get("x-slack-signature") ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The signature of a body that was sent at a time, in seconds. */
export function signFor(time: string, body: string, secret: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${time}:${body}`).digest("hex")}`;
}
