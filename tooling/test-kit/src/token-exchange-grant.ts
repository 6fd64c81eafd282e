import type { TokenEndpointGrantContext } from "oidc-provider";
import type { AccessTokenVerifier, VerifiedAccessToken } from "./access-token-verifier.js";
import { issueAccessToken } from "./granted-access-token.js";
import { InvalidRequest, type Provider } from "./provider.js";

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

const parameters = [
  "subject_token",
  "subject_token_type",
  "actor_token",
  "actor_token_type",
  "requested_token_type",
  "resource",
  "audience",
  "scope",
] as const;

type Parameters = Partial<Record<(typeof parameters)[number], unknown>>;

/** What {@link registerTokenExchangeGrant} needs. */
export interface TokenExchangeGrantOptions {
  readonly verifyAccessToken: AccessTokenVerifier;
  /** Whether the server has a list of resources, which then decides what a token can be for. */
  readonly listsResources: boolean;
}

/**
 * Lets clients exchange a user's access token for another: with fewer scopes, for another resource
 * (whose scopes then count), and with the subject of `actor_token` as who acts. As the RFC has it,
 * a token that is not good is an `invalid_request`. There is no refresh token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2}
 */
export function registerTokenExchangeGrant(
  provider: Provider,
  options: TokenExchangeGrantOptions,
): void {
  const handler = async (context: TokenEndpointGrantContext<Parameters>): Promise<void> => {
    const { params } = context.oidc;
    const { requested_token_type: requestedType } = params;
    if (requestedType !== undefined && requestedType !== accessTokenType) {
      throw new InvalidRequest("requested_token_type can only be an access token.");
    }
    const subject = await givenToken(context, "subject", options.verifyAccessToken);
    if (subject?.sub === undefined) {
      throw new InvalidRequest("subject_token must be the access token of a user.");
    }
    const actor = await givenToken(context, "actor", options.verifyAccessToken);
    const targets = namedTargets(params);
    if (options.listsResources) {
      params.resource = targets.length > 0 ? [...targets] : undefined;
    }
    const scopes = new Set(subject.scopes);
    await issueAccessToken(provider, context, {
      userId: subject.sub,
      availableScopes: scopes,
      defaultScopes: scopes,
      audience: options.listsResources ? undefined : targets,
      actor: actor && (actor.sub ?? actor.clientId),
      issuedTokenType: accessTokenType,
    });
  };
  provider.registerGrantType<Parameters>(
    "urn:ietf:params:oauth:grant-type:token-exchange",
    handler,
    parameters,
    ["resource", "audience"],
  );
}

async function givenToken(
  context: TokenEndpointGrantContext<Parameters>,
  role: "subject" | "actor",
  verifyAccessToken: AccessTokenVerifier,
): Promise<VerifiedAccessToken | undefined> {
  const token = context.oidc.params[`${role}_token`];
  const type = context.oidc.params[`${role}_token_type`];
  if (token === undefined && type === undefined) {
    return undefined;
  }
  if (typeof token !== "string" || type !== accessTokenType) {
    throw new InvalidRequest(`${role}_token and its type, an access token, come together.`);
  }
  const verified = await verifyAccessToken(token);
  if (verified === undefined) {
    throw new InvalidRequest(`${role}_token is not active.`);
  }
  return verified;
}

/** What the token shall be for; `audience` is another way to name a resource. */
function namedTargets(params: Parameters): readonly string[] {
  const named = [params.resource ?? [], params.audience ?? []].flat();
  return [...new Set(named.map(String))];
}
