declare const auth: ReturnType<typeof betterAuth>;

// shown from here

import type { UserVerifier } from "@rak-oauth/auth-code-flow";
import type { betterAuth } from "better-auth";

const verifyUser: UserVerifier = async (request, { key }) => {
  const session = await auth.api.getSession({ headers: request.headers });
  return session !== null && session.user.id === key.userId;
};
