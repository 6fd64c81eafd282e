import { createHash } from "node:crypto";
import type { FailedPage, FlowPage, GreetingPage, RenderedPage } from "./flow-page.js";

const statuses: Record<FailedPage["failure"], number> = {
  // A person's decision is an answer like any other.
  access_denied: 200,
  expired: 400,
  invalid_request: 400,
  invalid_state: 400,
  issuer_mismatch: 400,
  wrong_user: 403,
  not_found: 404,
  too_large: 413,
  too_long: 414,
  too_many: 429,
  server_error: 500,
  provider_error: 502,
  starting: 503,
};

/** Headers of every answer: kept by nobody, told to nobody, framed by nobody. */
export const safeHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Sends a page of the flow or of its server, with its status: nothing is loaded from elsewhere, nothing
 * runs in it but what closes the window, and nobody keeps or frames it.
 *
 * @param cookie - `Set-Cookie` of this answer
 */
export function createPageResponse(
  page: FlowPage | GreetingPage,
  rendered: RenderedPage,
  cookie?: string | undefined,
): Response {
  return createHtmlResponse(rendered, {
    status: page.kind === "failed" ? statuses[page.failure] : 200,
    hasForm: page.kind === "ask_user" || page.kind === "confirm_account",
    hasScript: page.kind === "connected" && page.closeScript !== undefined,
    cookie,
  });
}

/** What an answer says beside its page. */
export interface HtmlResponseOptions {
  readonly status: number;
  /** Whether there is a form on the page, which may be sent to our own origin. */
  readonly hasForm: boolean;
  /** Whether a script of our own origin runs on the page. @defaultValue false */
  readonly hasScript?: boolean | undefined;
  /** `Set-Cookie` of this answer. */
  readonly cookie?: string | undefined;
}

/** Sends a page; nothing is loaded from elsewhere, and nothing runs in it unless it says so. */
export function createHtmlResponse(
  { html, style }: RenderedPage,
  { status, hasForm, hasScript = false, cookie }: HtmlResponseOptions,
): Response {
  return new Response(html, {
    status,
    headers: {
      ...safeHeaders,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": createPolicy({ hasForm, hasScript, style }),
      ...(cookie !== undefined && { "set-cookie": cookie }),
    },
  });
}

function createPolicy({
  hasForm,
  hasScript,
  style,
}: {
  readonly hasForm: boolean;
  readonly hasScript: boolean;
  readonly style: string | undefined;
}): string {
  const scriptSource = hasScript ? " script-src 'self';" : "";
  const formAction = hasForm ? "'self'" : "'none'";
  const styleSource =
    style === undefined
      ? "'none'"
      : `'sha256-${createHash("sha256").update(style).digest("base64")}'`;
  return `default-src 'none';${scriptSource} style-src ${styleSource}; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;
}
