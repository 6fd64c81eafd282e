import { safeHeaders } from "./page-response.js";

/** Time for people to read what was connected, and to whom. */
const readingMs = 3_000;

/**
 * The one script of the flow's pages: it closes the window that the application opened for the flow. Any
 * other window stays, for browsers let a script close only what a script has opened.
 */
export function createCloseScript(): Response {
  const headers = {
    ...safeHeaders,
    "content-type": "text/javascript; charset=utf-8",
    "cross-origin-resource-policy": "same-origin",
  };
  return new Response(`setTimeout(() => window.close(), ${readingMs});\n`, { headers });
}
