import { setImmediate } from "node:timers/promises";
import type { StartAuthorizationOptions, StartedAuthorization } from "@rak-oauth/auth-code-flow";
import { credentialId } from "@rak-oauth/core";
import type { AuthorizationStarter } from "./ask-user.js";

/** What is asked of one user: who wants it, and whether more may join. */
interface Gathering {
  readonly scopes: Set<string>;
  isOpen: boolean;
  readonly started: Promise<StartedAuthorization>;
}

/** By what starts them, for tools of one application have different scopes and share it. */
const gatheringsOf = new WeakMap<AuthorizationStarter, Map<string, Gathering>>();

/**
 * Asks a user once for all that calls want at the same time: a person who has to open three links for
 * one question opens none. Who comes while it is being asked joins if that is enough for them.
 */
export function startTogether(
  authorization: AuthorizationStarter,
  wish: StartAuthorizationOptions & { readonly scopes: readonly string[] },
): Promise<StartedAuthorization> {
  const gatherings = gatheringsOf.get(authorization) ?? new Map<string, Gathering>();
  gatheringsOf.set(authorization, gatherings);
  const id = credentialId(wish);
  const known = gatherings.get(id);
  if (known?.isOpen === true || (known && wish.scopes.every((scope) => known.scopes.has(scope)))) {
    for (const scope of wish.scopes) known.scopes.add(scope);
    return known.started;
  }
  const ask = async (): Promise<StartedAuthorization> => {
    // Calls that run side by side learn what they need in the same turn.
    await setImmediate();
    gathering.isOpen = false;
    try {
      return await authorization.start({ ...wish, scopes: [...gathering.scopes] });
    } finally {
      if (gatherings.get(id) === gathering) gatherings.delete(id);
    }
  };
  const gathering: Gathering = { scopes: new Set(wish.scopes), isOpen: true, started: ask() };
  gatherings.set(id, gathering);
  return gathering.started;
}
