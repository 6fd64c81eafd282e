import { malformedForm, readForm } from "./read-form.js";

/** What a person decided on the page to confirm. */
export interface Confirmation {
  readonly decision: "connect" | "stop";
  /** What the page held for this browser; not verified yet. */
  readonly proof: string | undefined;
}

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
  const field = await readForm(request, new URL(confirmUrl).origin);
  const decision = field("decision");
  if (decision !== "connect" && decision !== "stop") throw malformedForm("it holds no decision");
  return { decision, proof: field("proof") };
}
