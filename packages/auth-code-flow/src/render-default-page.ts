import { describeAccount } from "./describe-account.js";
import { englishMessages } from "./english-messages.js";
import { escapeHtml } from "./escape-html.js";
import type {
  ConnectedPage,
  FailedPage,
  FlowPage,
  GreetingPage,
  RenderedPage,
  StoppedPage,
} from "./flow-page.js";
import { drawNext, drawPage, drawSentences, type PageTone } from "./page-layout.js";
import type { FlowMessages, PageMessages, PageText } from "./page-messages.js";
import { renderQuestion } from "./render-question.js";

/**
 * Renders the built-in page: light and dark, for any width, without script but what closes the window.
 *
 * @param messages - what it says, and in which language; English by default
 */
export function renderDefaultPage(
  page: FlowPage | GreetingPage,
  messages: PageMessages = englishMessages,
): RenderedPage {
  if (page.kind === "ask_user" || page.kind === "confirm_account") {
    return renderQuestion(page, messages);
  }
  if (page.kind === "greeting") {
    const { greeting } = messages.flow;
    const body = `${drawSentences(greeting)}\n${drawNext(greeting)}`;
    return drawPage({ messages, title: greeting.title, body });
  }
  const text = describe(page, messages.flow);
  const detail = page.kind === "failed" ? page.detail : undefined;
  const returnTo = page.kind === "stopped" ? undefined : page.returnTo;
  const closeScript = page.kind === "connected" ? page.closeScript : undefined;
  return drawPage({
    messages,
    title: text.title,
    tone: toneOf(page),
    body: `${drawSentences(text)}
${detail === undefined ? "" : `<p class="detail" dir="auto">${escapeHtml(detail)}</p>`}
${drawNext(text)}
${returnTo === undefined ? "" : returnLink(returnTo, messages.flow)}
${closeScript === undefined ? "" : `<script src="${escapeHtml(closeScript)}" defer></script>`}`,
  });
}

/** A decision, or a moment to wait, is nothing to be alarmed about. */
const calm: ReadonlySet<FailedPage["failure"]> = new Set(["access_denied", "too_many", "starting"]);

function toneOf(page: ConnectedPage | FailedPage | StoppedPage): PageTone {
  const isCalm = page.kind === "stopped" || (page.kind === "failed" && calm.has(page.failure));
  return isCalm ? "declined" : page.kind;
}

function describe(
  page: ConnectedPage | FailedPage | StoppedPage,
  messages: FlowMessages,
): PageText {
  switch (page.kind) {
    case "stopped":
      return messages.stopped({ displayName: page.displayName, isRevoked: page.revoked });
    case "failed": {
      const { failure, displayName, detail } = page;
      return messages.failures[failure]({ displayName, hasDetail: detail !== undefined });
    }
    case "connected": {
      const { displayName, account, replacedAccount: replaced, returnTo } = page;
      return messages.connected({
        displayName,
        account: account && describeAccount(account, messages),
        replaced: replaced && (describeAccount(replaced, messages) ?? messages.anotherAccount),
        isReturning: returnTo !== undefined,
      });
    }
  }
}

function returnLink(returnTo: string, messages: FlowMessages): string {
  const label = messages.backTo(new URL(returnTo).host);
  return `<p><a class="button" href="${escapeHtml(returnTo)}" rel="noreferrer">${escapeHtml(label)}</a></p>`;
}
