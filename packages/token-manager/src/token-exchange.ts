import { type OAuth2Credentials, type Secret, TokenRequestError } from "@rak-oauth/core";
import { genericGrantRequest } from "openid-client";
import type { DpopKey } from "./dpop.js";
import type { ProviderClient } from "./provider-client.js";
import type { GrantedTokens } from "./to-credentials.js";

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** What a token exchange needs (RFC 8693 §2.1). */
export interface ExchangeTokenOptions {
  /** The token that says for whom; an access token is a secret too. */
  readonly subjectToken: Secret | string;
  /** Such as `urn:ietf:params:oauth:token-type:access_token` (RFC 8693 §3). */
  readonly subjectTokenType: string;
  /** The token that says who acts. @defaultValue none: the subject itself does */
  readonly actorToken?: Secret | string | undefined;
  /** Needed with `actorToken`. */
  readonly actorTokenType?: string | undefined;
  /** Name of the service that the token is for, where the server knows it by one. */
  readonly audience?: string | undefined;
  /**
   * What to give. Asked for something other than an access token, the server may give a token that is
   * not presented to an API; its `tokenType` is then `N_A`.
   *
   * @defaultValue the server's choice, as long as it can be presented
   */
  readonly requestedTokenType?: string | undefined;
  /** @defaultValue the configuration's */
  readonly scopes?: readonly string[] | undefined;
  /** The one resource it is for (RFC 8707). @defaultValue the configuration's `resources` */
  readonly resource?: string | undefined;
}

/**
 * Another token for the one that is there.
 *
 * @throws TokenRequestError when the server gives none, or another kind than was asked for.
 * @see https://www.rfc-editor.org/rfc/rfc8693#section-2
 */
export async function exchangeToken(
  client: ProviderClient,
  options: ExchangeTokenOptions,
  dpopKey: DpopKey | undefined,
): Promise<OAuth2Credentials> {
  const { requestedTokenType, resource, scopes = client.config.scopes } = options;
  const wantsOther = requestedTokenType !== undefined && requestedTokenType !== accessTokenType;
  const members = {
    subject_token: textOf(options.subjectToken),
    subject_token_type: options.subjectTokenType,
    actor_token: options.actorToken === undefined ? undefined : textOf(options.actorToken),
    actor_token_type: options.actorTokenType,
    audience: options.audience,
    requested_token_type: requestedTokenType,
    ...client.scopeParameter(scopes),
  };
  return client.requestTokens(
    {
      scopes,
      resource,
      keepIdToken: false,
      dpopKey,
      acceptedTypes: wantsOther ? ["N_A"] : [],
      check: (answer) => assertIssuedType(client.config.provider, answer, requestedTokenType),
    },
    (configuration, parameters, dpop) => {
      for (const [name, value] of Object.entries(members)) {
        if (value !== undefined) parameters.set(name, value);
      }
      const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
      return genericGrantRequest(configuration, grantType, parameters, dpop);
    },
  );
}

/** Without it nobody knows what was given (RFC 8693 §2.2.1): a token must not be taken for another. */
function assertIssuedType(
  provider: string,
  answer: GrantedTokens,
  requested: string | undefined,
): void {
  const issued = answer["issued_token_type"];
  if (issued !== undefined && (requested === undefined || issued === requested)) return;
  throw new TokenRequestError(
    issued === undefined
      ? `The token exchange at ${provider} gave a token without issued_token_type (RFC 8693 §2.2.1), and it was discarded. Check that tokenUrl is an endpoint for token exchange.`
      : `The token exchange at ${provider} gave another kind of token than requestedTokenType asks for, and it was discarded. Ask for a kind that the provider issues.`,
    { provider, kind: "configuration" },
  );
}

/** By shape, not by class: the secret may come from another installed copy of core. */
function textOf(value: Secret | string): string {
  return typeof value === "string" ? value : value.secret();
}
