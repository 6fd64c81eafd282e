import type { TokenEndpointGrantContext } from "oidc-provider";
import {
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  checkMtlsCert,
  resolveRequestedResources,
  validateDpop,
} from "oidc-provider/lib/helpers/grants.js";
import { InvalidScope, InvalidTarget, type Provider } from "./provider.js";

/** What {@link issueAccessToken} needs beside the request. */
export interface IssueAccessTokenOptions {
  /** The user whom the token is about. */
  readonly userId: string;
  /** Scopes of a token that is for no listed resource; a resource has its own. */
  readonly availableScopes: ReadonlySet<string>;
  /** Scopes of the token where the request names none. */
  readonly defaultScopes: ReadonlySet<string>;
  /** Names what the token is for, where no resources are listed. */
  readonly audience?: readonly string[] | undefined;
  /** Who acts for the user. */
  readonly actor?: string | undefined;
  readonly issuedTokenType?: string | undefined;
}

/**
 * Answers a token request with an access token that stands on a grant of its own, and is bound to
 * the client's DPoP key or certificate where it has one.
 *
 * @throws the provider's errors `invalid_target`, `invalid_scope`, `invalid_dpop_proof`
 */
export async function issueAccessToken(
  provider: Provider,
  context: TokenEndpointGrantContext,
  options: IssueAccessTokenOptions,
): Promise<void> {
  const { client } = context.oidc;
  const grantType = context.oidc.params.grant_type;
  // Looked at first, because resolving resources drops scopes that the server does not know.
  const requestedScopes = context.oidc.requestParamScopes;
  const proof = await validateDpop(provider, context);
  checkDpopRequired(provider, context, proof);
  const certificate = checkMtlsCert(provider, context);
  const [resourceServer, another] = await resolveRequestedResources(provider, context);
  if (another !== undefined) {
    throw new InvalidTarget("An access token is for one resource.");
  }
  const available = resourceServer?.scopes ?? options.availableScopes;
  const scope = chooseScopes(requestedScopes, options.defaultScopes, available);
  const grant = new provider.Grant({ accountId: options.userId, clientId: client.clientId });
  if (resourceServer === undefined) {
    grant.addOIDCScope(scope);
  } else {
    grant.addResourceScope(resourceServer.identifier(), scope);
  }
  const token = new provider.AccessToken({
    accountId: options.userId,
    client,
    grantId: await grant.save(),
    gty: grantType,
    scope,
    ...(resourceServer === undefined ? {} : { resourceServer }),
    ...(options.actor === undefined ? {} : { extra: { act: { sub: options.actor } } }),
  });
  if (options.audience !== undefined && options.audience.length > 0) {
    token.setAudience([...options.audience]);
  }
  if (certificate !== undefined) {
    token.setThumbprint("x5t", certificate);
  }
  if (proof !== undefined) {
    await checkDpopReplay(provider, context, proof, client.clientId);
    token.setThumbprint("jkt", proof.thumbprint);
  }
  context.oidc.entity("AccessToken", token);
  context.body = buildTokenResponse(provider, {
    accessToken: await token.save(),
    tokenType: token.tokenType,
    expiresIn: token.expiration,
    scope: scope === "" ? undefined : scope,
    issuedTokenType: options.issuedTokenType,
  });
}

function chooseScopes(
  requested: ReadonlySet<string>,
  defaults: ReadonlySet<string>,
  available: ReadonlySet<string>,
): string {
  const refused = [...requested].filter((scope) => !available.has(scope));
  if (refused.length > 0) {
    throw new InvalidScope("The scope goes beyond what can be granted.", refused.join(" "));
  }
  const chosen = requested.size > 0 ? requested : defaults;
  return [...chosen].filter((scope) => available.has(scope)).join(" ");
}
