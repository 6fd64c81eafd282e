import type { KoaContextWithOIDC } from "oidc-provider";

/**
 * OpenID Connect grants offline_access only with `prompt=consent`; most providers are content with
 * the scope, and so is this one. By the time this is called the provider has dropped the scope, so
 * it is taken from the request as it came: the query, or the body of a pushed request.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess}
 */
export function keepOfflineAccess(context: KoaContextWithOIDC): void {
  const { oidc } = context;
  const sent = sentParameters(context);
  const { params } = oidc;
  if (sent === undefined || params === undefined || oidc.client === undefined) {
    return;
  }
  const prompts = oidc.prompts;
  const asksForIt = String(sent["scope"] ?? "")
    .split(" ")
    .includes("offline_access");
  if (
    asksForIt &&
    oidc.client.grantTypeAllowed("refresh_token") &&
    !prompts.has("consent") &&
    !prompts.has("none")
  ) {
    params["prompt"] = [...prompts, "consent"].join(" ");
    params["scope"] = [...oidc.requestParamScopes, "offline_access"].join(" ");
  }
}

function sentParameters(
  context: KoaContextWithOIDC,
): Readonly<Record<string, unknown>> | undefined {
  switch (context.oidc.route) {
    case "authorization":
      // What was pushed has been through this already.
      return "request_uri" in context.query ? undefined : context.query;
    case "pushed_authorization_request":
      return context.oidc.body;
    default:
      return undefined;
  }
}
