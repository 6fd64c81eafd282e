import { createHash } from "node:crypto";

const style = `
:root { color-scheme: light dark; --page: #f3f4f8; --card: #fff; --text: #1a1c24; --quiet: #5a6070;
  --line: #d5d8e2; --accent: #3451c6; --accent-text: #fff; --hover: #eef1fb; }
@media (prefers-color-scheme: dark) { :root { --page: #101218; --card: #1a1d26; --text: #eceef4;
  --quiet: #a3a9ba; --line: #353a48; --accent: #9db1ff; --accent-text: #10142a; --hover: #232838; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, "Liberation Sans", sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; }
.server { margin: 0 0 1rem; color: var(--quiet); font-size: .875rem; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; }
.below { margin: 1rem 0 0; }
.quiet { color: var(--quiet); font-size: .875rem; }
form { display: grid; gap: .75rem; margin: 1.5rem 0 0; }
input { font: inherit; color: inherit; background: transparent; padding: .75rem 1rem; min-height: 3rem;
  width: 100%; border: 1px solid var(--line); border-radius: .75rem; text-transform: uppercase; }
input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: grid; gap: .25rem; }
button { font: inherit; color: inherit; cursor: pointer; padding: .75rem 1rem; border-radius: .75rem;
  border: 1px solid var(--line); background: transparent; min-height: 3rem; }
button:hover { background: var(--hover); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.person { display: flex; align-items: center; gap: .875rem; text-align: start; width: 100%; }
.person > span:last-child { display: grid; min-width: 0; overflow-wrap: anywhere; }
.initial { flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid;
  place-items: center; background: var(--accent); color: var(--accent-text); font-weight: 600; }
.decision { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
.allow { background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600; }
.allow:hover { background: var(--accent); filter: brightness(1.1); }
.link { border: 0; padding: .25rem; min-height: 0; color: var(--quiet); font-size: .875rem; text-decoration: underline; }
ul { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
li { padding: .5rem 0; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap;
  justify-content: space-between; align-items: baseline; column-gap: 1rem; overflow-wrap: anywhere; }
main > :last-child { margin-bottom: 0; }
@media (max-width: 26rem) { main { padding: 1.25rem; } }
code { color: var(--quiet); font-size: .8125rem; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/**
 * Headers of every page.
 *
 * @param formTargets - origins that a form's answer may lead to; browsers hold redirects to them
 */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action 'self' http://127.0.0.1:* http://localhost:* ${formTargets.join(" ")}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

/** A whole page; `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="server">Demo authorization server</p>
${body}
</main>
</body>
</html>
`;
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
