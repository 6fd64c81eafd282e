import { ConfigurationError } from "@rak-oauth/core";
import {
  type CredentialCarrier,
  isPending,
  type RequestCredential,
  type ToolAuth,
} from "./tool-auth.js";

/** A credential that is made of several. */
interface JointCredential extends RequestCredential {
  /** In the order of the authorizations that gave them. */
  readonly parts: readonly RequestCredential[];
}

/**
 * Authorization by several credentials on each request, such as an API key beside a user's token.
 * What the user has to do first comes one after another.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 * @throws ConfigurationError when two of them travel in one place.
 */
export function allOf(...auths: readonly ToolAuth[]): ToolAuth {
  const carriers = auths.flatMap((auth) => auth.carriers);
  const twice = carriers.find((one, index) => carriers.slice(0, index).some(travelsLike(one)));
  if (twice !== undefined) {
    throw new ConfigurationError(
      `allOf: two credentials travel in the ${twice.in} as ${JSON.stringify(twice.name)}. Only one of them can: remove the other.`,
    );
  }
  const lists = auths.flatMap(({ origins }) => (origins === undefined ? [] : [origins]));
  const switches = auths.flatMap(({ allowInsecureLoopback }) => allowInsecureLoopback ?? []);
  return {
    carriers,
    origins: lists.reduce<readonly string[] | undefined>(
      (common, origins) => common?.filter((origin) => origins.includes(origin)) ?? origins,
      undefined,
    ),
    allowInsecureLoopback: switches.length === 0 ? undefined : switches.every(Boolean),
    async authorize(call) {
      const parts: RequestCredential[] = [];
      for (const auth of auths) {
        const answer = await auth.authorize(call);
        if (isPending(answer)) return answer;
        parts.push(answer);
      }
      return join(parts);
    },
    // A 401 does not say which of them it refuses: each that can be another becomes it.
    async renew(call, refused) {
      const parts = [...partsOf(refused)];
      let isOther = false;
      for (const [index, auth] of auths.entries()) {
        const part = parts[index];
        const renewed = part && (await auth.renew?.(call, part));
        if (renewed === undefined) continue;
        if (isPending(renewed)) return renewed;
        parts[index] = renewed;
        isOther = true;
      }
      return isOther ? join(parts) : undefined;
    },
    async widen(call, refused, scopes) {
      for (const [index, auth] of auths.entries()) {
        const part = partsOf(refused)[index];
        const pending = part && (await auth.widen?.(call, part, scopes));
        if (pending !== undefined) return pending;
      }
      return undefined;
    },
  };
}

function join(parts: readonly RequestCredential[]): JointCredential {
  return {
    parts,
    carried: parts.flatMap(({ carried }) => carried),
    secrets: parts.flatMap(({ secrets }) => secrets),
    token: parts.find(({ token }) => token !== undefined)?.token,
    // One at most: two would travel in one header.
    proof: parts.find(({ proof }) => proof !== undefined)?.proof,
  };
}

function partsOf(credential: RequestCredential): readonly RequestCredential[] {
  return (credential as JointCredential).parts;
}

function travelsLike(one: CredentialCarrier): (other: CredentialCarrier) => boolean {
  return (other) => one.in === other.in && one.name.toLowerCase() === other.name.toLowerCase();
}
