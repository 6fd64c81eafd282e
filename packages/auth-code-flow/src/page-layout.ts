import { escapeHtml } from "./escape-html.js";
import type { RenderedPage } from "./flow-page.js";
import { pageStyle } from "./page-style.js";

/** How a page stands to its reader; decides colour and mark. */
export type PageTone = "connected" | "failed" | "declined" | "question";

/** The parts of a page that differ. */
export interface PageParts {
  readonly title: string;
  readonly tone: PageTone;
  /** HTML below the title. */
  readonly body: string;
}

/** Puts a page together. */
export function drawPage({ title, tone, body }: PageParts): RenderedPage {
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
${body}
</main>
</body>
</html>
`;
  return { html, style: pageStyle };
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
