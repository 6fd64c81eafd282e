import type { AccountIdentity } from "@rak-oauth/core";
import { escapeHtml } from "./escape-html.js";
import type { ConnectedPage, FailedPage, FlowPage, RenderedPage } from "./flow-page.js";
import { pageStyle } from "./page-style.js";

/** Renders the built-in page: light and dark, for any width, without script. */
export function renderDefaultPage(page: FlowPage): RenderedPage {
  const { title, sentences, next, detail } =
    page.kind === "connected" ? describeConnected(page) : describeFailure(page);
  const tone = page.kind === "failed" && page.failure === "access_denied" ? "declined" : page.kind;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main class="${tone}">
${marks[tone]}
<h1>${escapeHtml(title)}</h1>
${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("\n")}
${detail === undefined ? "" : `<p class="detail">${escapeHtml(detail)}</p>`}
<p class="next">${escapeHtml(next)}</p>
${page.returnTo === undefined ? "" : returnLink(page.returnTo)}
</main>
</body>
</html>
`;
  return { html, style: pageStyle };
}

interface PageText {
  readonly title: string;
  readonly sentences: readonly string[];
  /** What to do now. */
  readonly next: string;
  readonly detail?: string | undefined;
}

function describeConnected(page: ConnectedPage): PageText {
  const name = page.displayName;
  const account = page.account && nameOf(page.account);
  const replaced = page.replacedAccount && (nameOf(page.replacedAccount) ?? "another account");
  return {
    title: `${name} connected`,
    sentences: [
      account === undefined
        ? `Your assistant can now use your ${name} account.`
        : `Your assistant can now use your ${name} account ${account}.`,
      ...(replaced === undefined
        ? []
        : [
            `This replaces ${replaced}, which was connected before. If you did not mean to change accounts, connect again and choose the other one.`,
          ]),
    ],
    next:
      page.returnTo === undefined
        ? "You can close this window and go back to your assistant."
        : "You can go back now.",
  };
}

function describeFailure(page: FailedPage): PageText {
  const name = page.displayName ?? "the account";
  const newLink = "Ask your assistant for a new link.";
  switch (page.failure) {
    case "access_denied":
      return {
        title: `${page.displayName ?? "Account"} not connected`,
        sentences: ["You chose not to allow access. Nothing was connected or shared."],
        next: "You can close this window. If you change your mind, ask your assistant for a new link.",
      };
    case "expired":
      return {
        title: "This link has expired",
        sentences: ["Links work for a short time only, so that nobody else can use yours later."],
        next: newLink,
      };
    case "invalid_request":
      return {
        title: "This link is not complete",
        sentences: ["A part of its address was lost or changed on the way. Nothing was connected."],
        next: "Open the link again, exactly as your assistant gave it to you.",
      };
    case "invalid_state":
      return {
        title: "This sign-in cannot be finished here",
        sentences: [
          "It was started in another browser, was used already, or cookies are switched off.",
        ],
        next: `${newLink} Then open it and sign in, all in one browser.`,
      };
    case "issuer_mismatch":
      return {
        title: "Stopped for your safety",
        sentences: [`The answer did not come from where it should, so ${name} was not connected.`],
        next: "Tell the people who run your assistant. If you came here by a link from somebody else, close this window.",
      };
    case "wrong_user":
      return {
        title: "This link is for somebody else",
        sentences: [
          "It was made for another user than the one signed in here. Nothing was connected.",
        ],
        next: "If somebody sent you this link, close this window. If it is yours, sign in to your assistant first, then open it again.",
      };
    case "provider_error":
      return {
        title: `${page.displayName ?? "The account"} could not be connected`,
        sentences: [
          page.detail === undefined
            ? `${page.displayName ?? "The provider"} answered with an error. Nothing was connected.`
            : "Nothing was connected.",
        ],
        detail: page.detail,
        next: `${newLink} If this happens again, tell the people who run your assistant.`,
      };
    case "server_error":
      return {
        title: "Something went wrong here",
        sentences: [`It is our fault, not yours: ${name} could not be connected just now.`],
        next: "Try the link again in a minute. If that does not help, ask your assistant for a new one.",
      };
    case "not_found":
      return {
        title: "There is no page here",
        sentences: ["The address may have been changed or shortened."],
        next: "Open the link again, exactly as your assistant gave it to you.",
      };
  }
}

/** A subject is made for machines: it tells a person nothing. */
function nameOf(account: AccountIdentity): string | undefined {
  return account.email ?? account.name;
}

function returnLink(returnTo: string): string {
  return `<p><a class="button" href="${escapeHtml(returnTo)}" rel="noreferrer">Back to ${escapeHtml(new URL(returnTo).host)}</a></p>`;
}

function drawMark(path: string): string {
  return `<svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true"><circle cx="24" cy="24" r="24"/><path d="${path}"/></svg>`;
}

const marks = {
  connected: drawMark("M14 25l7 7 13-15"),
  failed: drawMark("M24 13v14M24 33.5v.5"),
  declined: drawMark("M15 24h18"),
};
