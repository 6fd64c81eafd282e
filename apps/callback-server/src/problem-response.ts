import { STATUS_CODES } from "node:http";

/**
 * Answers a program.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problemResponse(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify({ title: STATUS_CODES[status], status, detail }), {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}
