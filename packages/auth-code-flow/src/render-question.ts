import { describeAccount } from "./describe-account.js";
import { escapeHtml } from "./escape-html.js";
import type { AskUserPage, ConfirmAccountPage, RenderedPage } from "./flow-page.js";
import { drawPage } from "./page-layout.js";

/** Renders a page that asks: who would get access to which account, and what if that is wrong. */
export function renderQuestion(page: AskUserPage | ConfirmAccountPage): RenderedPage {
  return page.kind === "ask_user" ? renderAskUser(page) : renderConfirmAccount(page);
}

function renderAskUser(page: AskUserPage): RenderedPage {
  const { displayName, applicationName, userName } = page;
  return drawPage({
    title: `Connect ${displayName}?`,
    tone: "question",
    body: `<p>${escapeHtml(applicationName)} asks for access to your ${escapeHtml(displayName)} account.</p>
${facts([
  ["Application", applicationName],
  ["For its user", userName],
])}
<p>Go on only if <strong>you are ${isolate(userName)}</strong>. Otherwise somebody else would get to use your account.</p>
<p class="decision"><a class="button primary" href="${escapeHtml(page.continueUrl)}" rel="noreferrer">Yes, that is me: go on</a></p>
<p class="next">Not you, or sent by somebody else? Close this window. Nothing has been connected or shared.</p>`,
  });
}

function renderConfirmAccount(page: ConfirmAccountPage): RenderedPage {
  const { displayName, applicationName, userName, account, replacedAccount } = page;
  const accountName = account && describeAccount(account);
  return drawPage({
    title: "Is this right?",
    tone: "question",
    body: `<p>Nothing has been connected yet.</p>
${facts([
  [`${displayName} account`, accountName ?? "The one you have just chosen"],
  ["Will be used by", applicationName],
  ["For its user", userName],
])}
${replacedAccount === undefined ? "" : `<p class="detail">This replaces <strong>${isolate(describeAccount(replacedAccount) ?? "another account")}</strong>, which was connected before.</p>`}
<p>Connect only if the account is yours, and <strong>you are ${isolate(userName)}</strong>.</p>
<form class="decision" method="post" action="${escapeHtml(page.action)}">
<input type="hidden" name="proof" value="${escapeHtml(page.proof)}">
<button class="button primary" name="decision" value="connect">Connect</button>
<button class="button" name="decision" value="stop">Not right? Stop</button>
</form>
<p class="next">If somebody sent you the link that led here, stop: they would get to use your account.</p>`,
  });
}

function facts(pairs: readonly (readonly [string, string])[]): string {
  const rows = pairs.map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${isolate(value)}</dd></div>`,
  );
  return `<dl class="facts">${rows.join("\n")}</dl>`;
}

/** Text of others' choosing, which may run from right to left, as a unit of its own. */
function isolate(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}
