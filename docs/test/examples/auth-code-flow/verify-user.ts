import { confirmByUser, type UserVerifier, verifyJwt } from "@rak-oauth/auth-code-flow";

declare function findSession(
  request: Request,
): Promise<{ readonly userId: string; readonly tenantId: string } | undefined>;

// shown from here

// A token of your identity provider.
const byIdToken = verifyJwt({
  issuer: "https://acme.eu.auth0.com/",
  audience: "your application's client id",
  cookieName: "id_token",
});

// Anything else that knows who is signed in.
const byOwnSession: UserVerifier = async (request, { key }) => {
  const session = await findSession(request);
  return session?.userId === key.userId && session?.tenantId === key.tenantId;
};

// Nobody knows: the person is asked, on two pages. Weaker.
const byThePerson = confirmByUser({ applicationName: "Acme agent" });
