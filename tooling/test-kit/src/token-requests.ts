import { decodeProtectedHeader } from "jose";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { ClientAuthenticationMethod } from "./authorization-server-client.js";
import type { Provider } from "./provider.js";

/** One request that the token endpoint answered, without its secrets. */
export interface TokenRequest {
  readonly grantType: string;
  readonly clientId: string | undefined;
  /** The error code of the answer; `undefined` when it gave tokens. */
  readonly error: string | undefined;
  /** How the client authenticated, or tried to; `undefined` when there is no such client. */
  readonly authenticationMethod: ClientAuthenticationMethod | undefined;
  readonly scope: string | undefined;
  /** Every `resource` of the request, in its order. */
  readonly resource: readonly string[];
  /** Whether it came with a DPoP proof. */
  readonly dpop: boolean;
}

/** Every request to the token endpoint from now on, oldest first. */
export function recordTokenRequests(provider: Provider): readonly TokenRequest[] {
  const requests: TokenRequest[] = [];
  const record = (context: KoaContextWithOIDC, error: string | undefined): void => {
    const { body = {}, client } = context.oidc;
    requests.push({
      grantType: String(body["grant_type"] ?? "unknown"),
      clientId: client?.clientId,
      error,
      authenticationMethod: client && authenticationMethod(context, client.clientAuthMethod),
      scope: typeof body["scope"] === "string" ? body["scope"] : undefined,
      resource: [body["resource"] ?? []].flat().map(String),
      dpop: context.get("DPoP") !== "",
    });
  };
  provider.on("grant.success", (context) => record(context, undefined));
  provider.on("grant.error", (context, error) => record(context, error.error));
  return requests;
}

/** What the request shows; the registration only decides between those that look alike. */
function authenticationMethod(
  context: KoaContextWithOIDC,
  registered: unknown,
): ClientAuthenticationMethod {
  const { client_assertion: assertion, client_secret: secret } = context.oidc.body ?? {};
  if (context.get("Authorization") !== "") {
    return "client_secret_basic";
  }
  if (secret !== undefined) {
    return "client_secret_post";
  }
  if (assertion !== undefined) {
    return isSignedWithSecret(String(assertion)) ? "client_secret_jwt" : "private_key_jwt";
  }
  return registered === "tls_client_auth" || registered === "self_signed_tls_client_auth"
    ? registered
    : "none";
}

function isSignedWithSecret(assertion: string): boolean {
  try {
    return decodeProtectedHeader(assertion).alg?.startsWith("HS") === true;
  } catch {
    return false;
  }
}
