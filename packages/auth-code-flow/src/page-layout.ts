import { escapeHtml } from "./escape-html.js";
import type { RenderedPage } from "./flow-page.js";
import type { PageMessages, PageText } from "./page-messages.js";
import { pageStyle } from "./page-style.js";

/** How a page stands to its reader; decides colour and mark. */
export type PageTone = "connected" | "failed" | "declined" | "question";

/** The parts of a page that differ. */
export interface PageParts {
  /** Whose language the page is in. */
  readonly messages: PageMessages;
  readonly title: string;
  /** Absent on a page that is no answer, but a place. */
  readonly tone?: PageTone | undefined;
  /** HTML below the title. */
  readonly body: string;
  /** @defaultValue that of a page with one message */
  readonly style?: string | undefined;
}

/** Puts a page together. */
export function drawPage(parts: PageParts): RenderedPage {
  const { messages, title, tone, body, style = pageStyle } = parts;
  const { language, direction } = messages;
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main${tone === undefined ? "" : ` class="${tone}"`}>
${tone === undefined ? "" : marks[tone]}
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
  return { html, style };
}

/** The sentences of a page, one paragraph each. */
export function drawSentences({ sentences }: Pick<PageText, "sentences">): string {
  return sentences.map(({ safeHtml }) => `<p>${safeHtml}</p>`).join("\n");
}

/** What to do now. */
export function drawNext({ next }: Pick<PageText, "next">): string {
  return `<p class="next">${next.safeHtml}</p>`;
}

function drawMark(path: string): string {
  return `<svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true"><circle cx="24" cy="24" r="24"/><path d="${path}"/></svg>`;
}

const marks: Readonly<Record<PageTone, string>> = {
  connected: drawMark("M14 25l7 7 13-15"),
  failed: drawMark("M24 13v14M24 33.5v.5"),
  declined: drawMark("M15 24h18"),
  question: drawMark("M18 19a6 6 0 1 1 9.5 4.9c-2.2 1.6-3.5 2.6-3.5 5.1M24 35v.5"),
};
