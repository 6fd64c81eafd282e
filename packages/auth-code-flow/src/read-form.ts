import { AuthorizationError } from "@rak-oauth/core";

/** Gives the value of a field; nothing when it is absent, or there more than once. */
export type FormField = (name: string) => string | undefined;

/** Longest accepted form, in bytes. */
const maximumFormBytes = 2048;

/**
 * Reads a form of a page of ours.
 *
 * @param origin - the only one that forms may come from
 * @throws AuthorizationError `invalid_request` for what is no form, and `invalid_state` for a form of
 * another site.
 */
export async function readForm(request: Request, origin: string): Promise<FormField> {
  assertSameOrigin(request, origin);
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw malformedForm("it is no form");
  const form = new URLSearchParams(await readText(request));
  return (name) => {
    const [value, ...more] = form.getAll(name);
    return more.length === 0 ? value : undefined;
  };
}

/**
 * Refuses what another site made the browser send. What the page proves decides; this says no earlier,
 * to browsers that tell where a request comes from.
 *
 * @throws AuthorizationError `invalid_state`
 */
export function assertSameOrigin(request: Request, origin: string): void {
  const site = request.headers.get("sec-fetch-site");
  const from = request.headers.get("origin");
  // Our pages have no referrer, and so their forms the origin "null".
  const isForeign =
    site === null ? from !== null && from !== "null" && from !== origin : site !== "same-origin";
  if (isForeign) {
    throw new AuthorizationError(
      "invalid_state",
      "The request was made by another site and was not answered.",
    );
  }
}

/** The error for a form that no page of ours sends. */
export function malformedForm(how: string): AuthorizationError {
  return new AuthorizationError(
    "invalid_request",
    `The form cannot be read: ${how}. Load the page again, and choose there.`,
  );
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maximumFormBytes) {
      throw malformedForm(`it is longer than ${maximumFormBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
