import { AuthorizationError } from "@rak-oauth/core";

/** What a person decided on the page to confirm. */
export interface Confirmation {
  readonly decision: "connect" | "stop";
  /** What the page held for this browser; not verified yet. */
  readonly proof: string | undefined;
}

/** Longest accepted form, in bytes. */
const maximumFormBytes = 2048;

/**
 * Reads the form of the page to confirm.
 *
 * @param confirmUrl - the page's public address; its origin is the only one that forms may come from
 * @throws AuthorizationError `invalid_request` for anything that our page does not send, and
 * `invalid_state` for a form of another site.
 */
export async function readConfirmation(
  request: Request,
  confirmUrl: string,
): Promise<Confirmation> {
  assertSameOrigin(request, new URL(confirmUrl).origin);
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw malformed("it is no form");
  const form = new URLSearchParams(await readText(request));
  const single = (name: string) => {
    const [value, ...more] = form.getAll(name);
    return more.length === 0 ? value : undefined;
  };
  const decision = single("decision");
  if (decision !== "connect" && decision !== "stop") throw malformed("it holds no decision");
  return { decision, proof: single("proof") };
}

/** The proof decides; this says no earlier, to browsers that tell where a form comes from. */
function assertSameOrigin(request: Request, origin: string): void {
  const site = request.headers.get("sec-fetch-site");
  const from = request.headers.get("origin");
  // Our pages have no referrer, and so their forms the origin "null".
  const isForeign =
    site === null ? from !== null && from !== "null" && from !== origin : site !== "same-origin";
  if (isForeign) {
    throw new AuthorizationError(
      "invalid_state",
      "The confirmation was sent by another site and was not used.",
    );
  }
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maximumFormBytes) throw malformed(`it is longer than ${maximumFormBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function malformed(how: string): AuthorizationError {
  return new AuthorizationError(
    "invalid_request",
    `The confirmation cannot be read: ${how}. Load the page again, and choose there.`,
  );
}
