import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An answer of the server itself, which no flow is part of. */
export interface WordsOfServer {
  readonly status: ContentfulStatusCode;
  /** For people. Nothing here may come from the request: it is not escaped. */
  readonly title: string;
  readonly sentences: readonly string[];
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const style = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem; box-sizing: border-box;
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 29rem; text-align: center; text-wrap: pretty; }
h1 { font-size: 1.5rem; line-height: 1.25; }
`;
const styleHash = createHash("sha256").update(style).digest("base64");
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/**
 * Answers with a page where a browser asks, else with a problem for programs.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function respondInWords(context: Context, words: WordsOfServer): Response {
  const { status, title, sentences, headers = {} } = words;
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  if (!context.req.header("accept")?.includes("text/html")) {
    const problem = { title: STATUS_CODES[status], status, detail: sentences.join(" ") };
    return context.json(problem, status, { "content-type": "application/problem+json" });
  }
  context.header("content-security-policy", policy);
  return context.html(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${sentences.map((sentence) => `<p>${sentence}</p>`).join("\n")}
</main>
</body>
</html>
`,
    status,
  );
}
