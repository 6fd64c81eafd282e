import type { Configuration, ResourceServer } from "oidc-provider";
import { InvalidTarget } from "./provider.js";

/** An API that the authorization server issues access tokens for (RFC 8707). */
export interface AuthorizationServerResource {
  /** What requests name it by in `resource`: an absolute URI without a fragment. */
  readonly indicator: string;
  /** Scopes that access tokens for it can have. */
  readonly scopes: readonly string[];
  /** @defaultValue "opaque" */
  readonly tokenFormat?: "opaque" | "jwt" | undefined;
}

type ResourceIndicators = NonNullable<NonNullable<Configuration["features"]>["resourceIndicators"]>;

/**
 * The provider's setting for resources: a request for one that is not listed is refused with
 * `invalid_target`. Without a list, requests for resources are not looked at.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8707.html#section-2}
 */
export function resourceIndicators(
  resources: readonly AuthorizationServerResource[] | undefined,
): ResourceIndicators {
  if (resources === undefined) {
    return { enabled: false };
  }
  return {
    enabled: true,
    getResourceServerInfo(_context, indicator): ResourceServer {
      const resource = resources.find((candidate) => candidate.indicator === indicator);
      if (resource === undefined) {
        throw new InvalidTarget("The resource is not known.");
      }
      return {
        audience: resource.indicator,
        scope: resource.scopes.join(" "),
        accessTokenFormat: resource.tokenFormat ?? "opaque",
      };
    },
  };
}
