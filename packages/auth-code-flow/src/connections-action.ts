import { AuthorizationError } from "@rak-oauth/core";
import type { SessionUser } from "./is-user.js";
import type { PageProofs } from "./page-proofs.js";
import { assertSameOrigin, readForm } from "./read-form.js";

/** What a user wants of the page of their connections. */
export type ConnectionsAction =
  /** `connected`: the provider they come back from. */
  | { readonly kind: "show"; readonly connected?: string | undefined }
  | { readonly kind: "connect"; readonly provider: string }
  | { readonly kind: "reconnect"; readonly id: string }
  | { readonly kind: "ask_to_disconnect"; readonly id: string }
  | { readonly kind: "disconnect"; readonly id: string };

/** What {@link readConnectionsAction} needs to know. */
export interface ReadConnectionsActionOptions {
  readonly user: SessionUser;
  /** The page's own. */
  readonly origin: string;
  readonly proofs: PageProofs;
}

/**
 * Reads what a request asks for.
 *
 * @throws AuthorizationError when it would change something, and no page shown to this user within the
 * hour sent it.
 */
export async function readConnectionsAction(
  request: Request,
  { user, origin, proofs }: ReadConnectionsActionOptions,
): Promise<ConnectionsAction> {
  const requireProof = async (proof: string | undefined) => {
    if (await proofs.verify(user, proof)) return;
    throw new AuthorizationError(
      "invalid_state",
      "The request comes from no page that was shown to this user within the hour. Nothing was done.",
    );
  };
  if (request.method === "POST") {
    const field = await readForm(request, origin);
    await requireProof(field("proof"));
    return { kind: "disconnect", id: field("disconnect") ?? "" };
  }
  const { searchParams } = new URL(request.url);
  const value = (name: string) => searchParams.get(name) ?? undefined;
  const [connect, reconnect] = [value("connect"), value("reconnect")];
  if (connect !== undefined || reconnect !== undefined) {
    // Links, and no forms: where a form may lead, its page would have to know the provider's every redirect.
    assertSameOrigin(request, origin);
    await requireProof(value("proof"));
    return reconnect === undefined
      ? { kind: "connect", provider: connect ?? "" }
      : { kind: "reconnect", id: reconnect };
  }
  const disconnect = value("disconnect");
  return disconnect === undefined
    ? { kind: "show", connected: value("connected") }
    : { kind: "ask_to_disconnect", id: disconnect };
}
