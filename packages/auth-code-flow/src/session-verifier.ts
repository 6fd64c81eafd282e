import { isUser, type SessionUser } from "./is-user.js";
import type { UserVerifier } from "./user-verifier.js";

/** Tells who is signed in to the application in the browser of a request; nothing when nobody is. */
export type UserIdentifier = (
  request: Request,
) => SessionUser | undefined | Promise<SessionUser | undefined>;

/** A {@link UserVerifier} that can also tell who the user is. */
export interface SessionVerifier extends UserVerifier {
  readonly identifyUser: UserIdentifier;
}

type Recognise = (request: Request) => Promise<SessionUser | string | undefined>;

/** Makes a verifier of what recognises the user; a text is the id of a user without tenant. */
export function createSessionVerifier(recognise: Recognise): SessionVerifier {
  const verify: UserVerifier = async (request, { key }) => isUser(key, await recognise(request));
  return Object.assign(verify, {
    async identifyUser(request: Request): Promise<SessionUser | undefined> {
      const found = await recognise(request);
      // A look-up written in JavaScript may say null, or find a user without an id.
      const user = typeof found === "string" ? { userId: found } : (found ?? undefined);
      return typeof user?.userId === "string" && user.userId !== "" ? user : undefined;
    },
  });
}
