import {
  type AuthorizationCodeFlowOptions,
  confirmByUser,
  type SessionVerifier,
  type UserConfirmation,
  type UserIdentifier,
  verifyJwt,
  verifySessionCookie,
} from "@rak-oauth/auth-code-flow";
import { isOAuth2Error } from "@rak-oauth/core";
import type { Environment, SettingFault } from "@rak-oauth/environment";

/** How the server makes sure that a link's own user opens it. */
export interface UserCheck {
  readonly kind: "cookie" | "jwt" | "confirm" | "none";
  readonly options: Pick<AuthorizationCodeFlowOptions, "verifyUser" | "dangerouslyAllowAnyUser">;
  /** Who is signed in; absent where only the person says so, or nobody. */
  readonly identifyUser?: UserIdentifier | undefined;
}

const choiceName = "RAK_OAUTH_VERIFY_USER";
const dangerName = "RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER";
const developmentApplicationName = "Your assistant";

const ways = `"cookie" (your application's session cookie), "jwt" (a token of your identity provider) or "confirm" (the person confirms on a page, which is weaker)`;

/** Reads who may open a link; what is wrong goes to `faults`. In development, the person confirms. */
export function readUserCheck(
  environment: Environment,
  faults: SettingFault[],
): UserCheck | undefined {
  const isProduction = environment["NODE_ENV"] === "production";
  const choice = environment[choiceName];
  const danger = environment[dangerName];
  if (danger !== undefined && danger !== "true" && danger !== "false") {
    const problem = `is ${JSON.stringify(danger)} and must be "true" or "false".`;
    faults.push({ name: dangerName, problem });
    return undefined;
  }
  if (danger === "true") {
    if (choice === undefined) return { kind: "none", options: { dangerouslyAllowAnyUser: true } };
    faults.push({ name: dangerName, problem: `and ${choiceName} are both set. Remove one.` });
    return undefined;
  }
  if (choice === undefined && isProduction) {
    faults.push({
      name: choiceName,
      problem: `is missing and NODE_ENV is "production". Without it, whoever opens a link would connect their account to the user it was made for. Set it to ${ways}.`,
    });
    return undefined;
  }
  switch (choice ?? "confirm") {
    case "cookie":
      return check(choiceName, "cookie", faults, () => readCookieCheck(environment, faults));
    case "jwt":
      return check(choiceName, "jwt", faults, () => readJwtCheck(environment, faults));
    case "confirm":
      return check(choiceName, "confirm", faults, () => readConfirmation(environment, faults));
    default:
      faults.push({
        name: choiceName,
        problem: `is ${JSON.stringify(choice)} and must be ${ways}.`,
      });
      return undefined;
  }
}

type VerifyUser = SessionVerifier | UserConfirmation | undefined;

function readCookieCheck(environment: Environment, faults: SettingFault[]): VerifyUser {
  const cookieName = required(environment, "RAK_OAUTH_SESSION_COOKIE", "the cookie's name", faults);
  const secrets = required(
    environment,
    "RAK_OAUTH_SESSION_SECRETS",
    "the secrets that sign it, separated by commas",
    faults,
  );
  if (cookieName === undefined || secrets === undefined) return undefined;
  return verifySessionCookie({ cookieName, secrets: listOf(secrets) });
}

function readJwtCheck(environment: Environment, faults: SettingFault[]): VerifyUser {
  const issuer = required(environment, "RAK_OAUTH_JWT_ISSUER", "the value of iss", faults);
  if (issuer === undefined) return undefined;
  const audience = environment["RAK_OAUTH_JWT_AUDIENCE"];
  const authorizedParties = environment["RAK_OAUTH_JWT_AUTHORIZED_PARTIES"];
  const tenantClaim = environment["RAK_OAUTH_JWT_TENANT_CLAIM"];
  return verifyJwt({
    issuer,
    audience: audience && listOf(audience),
    authorizedParties: authorizedParties === undefined ? undefined : listOf(authorizedParties),
    jwksUrl: environment["RAK_OAUTH_JWT_JWKS_URL"],
    cookieName: environment["RAK_OAUTH_JWT_COOKIE"],
    header: environment["RAK_OAUTH_JWT_HEADER"],
    userClaim: environment["RAK_OAUTH_JWT_USER_CLAIM"],
    // Claims of an application's own are named by addresses, which hold dots too.
    tenantClaim:
      tenantClaim === undefined || URL.canParse(tenantClaim) ? tenantClaim : tenantClaim.split("."),
    allowInsecureLoopback: environment["NODE_ENV"] !== "production",
  });
}

function readConfirmation(environment: Environment, faults: SettingFault[]): VerifyUser {
  const name = "RAK_OAUTH_APPLICATION_NAME";
  const applicationName =
    environment["NODE_ENV"] === "production"
      ? required(environment, name, "the name by which people know your application", faults)
      : (environment[name] ?? developmentApplicationName);
  return applicationName === undefined ? undefined : confirmByUser({ applicationName });
}

function required(
  environment: Environment,
  name: string,
  what: string,
  faults: SettingFault[],
): string | undefined {
  const value = environment[name];
  if (value === undefined) {
    const choice = environment[choiceName] ?? "confirm";
    faults.push({ name, problem: `is missing and ${choiceName} is "${choice}". Give ${what}.` });
  }
  return value;
}

function check(
  name: string,
  kind: UserCheck["kind"],
  faults: SettingFault[],
  read: () => VerifyUser,
): UserCheck | undefined {
  try {
    const verifyUser = read();
    if (verifyUser === undefined) return undefined;
    const identifyUser = "identifyUser" in verifyUser ? verifyUser.identifyUser : undefined;
    return { kind, options: { verifyUser }, identifyUser };
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    faults.push({ name, problem: `is "${kind}", which cannot work so. ${error.message}` });
    return undefined;
  }
}

function listOf(value: string): readonly string[] {
  return value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
