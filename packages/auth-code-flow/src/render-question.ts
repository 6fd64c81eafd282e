import { describeAccount } from "./describe-account.js";
import { escapeHtml } from "./escape-html.js";
import type { AskUserPage, ConfirmAccountPage, RenderedPage } from "./flow-page.js";
import { drawNext, drawPage, drawSentences } from "./page-layout.js";
import type { Facts, PageMessages } from "./page-messages.js";
import { isolate } from "./safe-html.js";

/** Renders a page that asks: who would get access to which account, and what if that is wrong. */
export function renderQuestion(
  page: AskUserPage | ConfirmAccountPage,
  messages: PageMessages,
): RenderedPage {
  return page.kind === "ask_user"
    ? renderAskUser(page, messages)
    : renderConfirmAccount(page, messages);
}

function renderAskUser(page: AskUserPage, messages: PageMessages): RenderedPage {
  const text = messages.flow.askUser(page);
  return drawPage({
    messages,
    title: text.title,
    tone: "question",
    body: `${drawSentences(text)}
${drawFacts(text.facts)}
<p>${text.condition.safeHtml}</p>
<form class="decision" method="post" action="${escapeHtml(page.action)}">
<input type="hidden" name="proof" value="${escapeHtml(page.proof)}">
<a class="button primary" href="${escapeHtml(page.continueUrl)}" rel="noreferrer">${escapeHtml(text.goOn)}</a>
<button class="button" name="decision" value="stop">${escapeHtml(text.stop)}</button>
</form>
${drawNext(text)}`,
  });
}

function renderConfirmAccount(page: ConfirmAccountPage, messages: PageMessages): RenderedPage {
  const { account, replacedAccount } = page;
  const { flow } = messages;
  const text = flow.confirmAccount({ ...page, account: account && describeAccount(account, flow) });
  const replaced =
    replacedAccount && (describeAccount(replacedAccount, flow) ?? flow.anotherAccount);
  return drawPage({
    messages,
    title: text.title,
    tone: "question",
    body: `${drawSentences(text)}
${drawFacts(text.facts)}
${replaced === undefined ? "" : `<p class="detail">${flow.replaces(replaced).safeHtml}</p>`}
<p>${text.condition.safeHtml}</p>
<form class="decision" method="post" action="${escapeHtml(page.action)}">
<input type="hidden" name="proof" value="${escapeHtml(page.proof)}">
<button class="button primary" name="decision" value="connect">${escapeHtml(text.connect)}</button>
<button class="button" name="decision" value="stop">${escapeHtml(text.stop)}</button>
</form>
${drawNext(text)}`,
  });
}

function drawFacts(facts: Facts): string {
  const rows = facts.map(
    ([name, value]) => `<div><dt>${isolate(name)}</dt><dd>${isolate(value)}</dd></div>`,
  );
  return `<dl class="facts">${rows.join("\n")}</dl>`;
}
