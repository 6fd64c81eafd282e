import { escapeHtml } from "./escape-html.js";

const code = "M14 15l-7 9 7 9M26 15l7 9-7 9M23 12l-6 24";
const camera = "M6 15h19v18H6zM25 21l9-5v16l-9-5";
const people =
  "M13 20a5 5 0 1 0 0-.1M4 35c0-6 4-9 9-9s9 3 9 9M27 21a4 4 0 1 0 0-.1M26 27c5-1 10 2 10 7";
const speech = "M6 12h28v18H19l-8 7v-7H6z";
const briefcase = "M5 17h30v18H5zM14 17v-5h12v5M5 25h30";
const lens = "M18 10a9 9 0 1 0 .1 0M25 26l9 10";
const sheet = "M10 8h14l7 7v25H10zM24 8v7h7M15 24h11M15 31h11";
const box = "M5 17l15-7 15 7v16l-15 7-15-7zM5 17l15 7 15-7M20 24v16";
const calendar = "M6 13h28v24H6zM6 20h28M13 9v7M27 9v7";

/** What somebody's services are about, never their own emblems. */
const pictograms: Readonly<Record<string, string>> = {
  bitbucket: code,
  box,
  calendar,
  dropbox: box,
  facebook: people,
  github: code,
  gitlab: code,
  google: lens,
  linkedin: people,
  microsoft: briefcase,
  notion: sheet,
  slack: speech,
  zoom: camera,
};

/** A small mark of a provider: a pictogram of what it is about, or its initial. */
export function drawProviderMark(provider: string, displayName: string): string {
  const path = Object.hasOwn(pictograms, provider) ? pictograms[provider] : undefined;
  const drawing =
    path === undefined
      ? `<text x="24" y="31" text-anchor="middle">${escapeHtml(initialOf(displayName))}</text>`
      : `<path transform="translate(7.2 5.6) scale(.84 .8)" d="${path}"/>`;
  return `<svg class="provider" viewBox="0 0 48 48" width="40" height="40" aria-hidden="true"><rect width="48" height="48" rx="12"/>${drawing}</svg>`;
}

function initialOf(displayName: string): string {
  const [first] = new Intl.Segmenter().segment(displayName.trim());
  return (first?.segment ?? "?").toUpperCase();
}
