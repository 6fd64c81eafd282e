import type { ClientAuthentication } from "./oauth2-config.js";

/**
 * Whether a client that proves itself so shows its certificate when it connects.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2
 */
export function showsCertificate(method: ClientAuthentication): boolean {
  return method === "tls_client_auth" || method === "self_signed_tls_client_auth";
}
