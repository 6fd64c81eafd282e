import { createHash } from "node:crypto";
import type { FailedPage, FlowPage, RenderedPage } from "./flow-page.js";

const statuses: Record<FailedPage["failure"], number> = {
  // A person's decision is an answer like any other.
  access_denied: 200,
  expired: 400,
  invalid_request: 400,
  invalid_state: 400,
  issuer_mismatch: 400,
  wrong_user: 403,
  not_found: 404,
  server_error: 500,
  provider_error: 502,
};

/** Headers of every answer: kept by nobody, told to nobody, framed by nobody. */
export const safeHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Sends a page; nothing runs in it, and nothing is loaded from anywhere.
 *
 * @param cookie - `Set-Cookie` of this answer
 */
export function createPageResponse(
  page: FlowPage,
  rendered: RenderedPage,
  cookie?: string | undefined,
): Response {
  return new Response(rendered.html, {
    status: page.kind === "failed" ? statuses[page.failure] : 200,
    headers: {
      ...safeHeaders,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": createPolicy(page, rendered.style),
      ...(cookie !== undefined && { "set-cookie": cookie }),
    },
  });
}

function createPolicy(page: FlowPage, style: string | undefined): string {
  const formAction = page.kind === "confirm_account" ? "'self'" : "'none'";
  const styleSource =
    style === undefined
      ? "'none'"
      : `'sha256-${createHash("sha256").update(style).digest("base64")}'`;
  return `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;
}
