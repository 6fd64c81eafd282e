import { describeAccount } from "./describe-account.js";
import { escapeHtml } from "./escape-html.js";
import type {
  ConnectedPage,
  FailedPage,
  FlowPage,
  RenderedPage,
  StoppedPage,
} from "./flow-page.js";
import { drawPage, type PageTone } from "./page-layout.js";
import { renderQuestion } from "./render-question.js";

/** Renders the built-in page: light and dark, for any width, without script. */
export function renderDefaultPage(page: FlowPage): RenderedPage {
  if (page.kind === "ask_user" || page.kind === "confirm_account") return renderQuestion(page);
  const { title, sentences, next, detail } = describe(page);
  const returnTo = page.kind === "stopped" ? undefined : page.returnTo;
  return drawPage({
    title,
    tone: toneOf(page),
    body: `${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("\n")}
${detail === undefined ? "" : `<p class="detail">${escapeHtml(detail)}</p>`}
<p class="next">${escapeHtml(next)}</p>
${returnTo === undefined ? "" : returnLink(returnTo)}`,
  });
}

function toneOf(page: ConnectedPage | FailedPage | StoppedPage): PageTone {
  const isDecision =
    page.kind === "stopped" || (page.kind === "failed" && page.failure === "access_denied");
  return isDecision ? "declined" : page.kind;
}

function describe(page: ConnectedPage | FailedPage | StoppedPage): PageText {
  if (page.kind === "connected") return describeConnected(page);
  return page.kind === "stopped" ? describeStopped(page) : describeFailure(page);
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
  const account = page.account && describeAccount(page.account);
  const replaced =
    page.replacedAccount && (describeAccount(page.replacedAccount) ?? "another account");
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

function describeStopped({ displayName, revoked }: StoppedPage): PageText {
  return {
    title: "Stopped",
    sentences: [
      `Your ${displayName} account was not connected to anything.`,
      revoked
        ? `${displayName} has ended the access that you had allowed a moment ago.`
        : `You allowed access a moment ago. To end it for certain, open the security settings of your ${displayName} account, and remove the access there.`,
    ],
    next: "You can close this window. If somebody sent you the link, do not trust them.",
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

function returnLink(returnTo: string): string {
  return `<p><a class="button" href="${escapeHtml(returnTo)}" rel="noreferrer">Back to ${escapeHtml(new URL(returnTo).host)}</a></p>`;
}
