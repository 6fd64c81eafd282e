import {
  type AccessToken,
  type AccountIdentity,
  AuthorizationError,
  type Clock,
  memberAt,
  type OAuth2Config,
  type OAuth2Credentials,
} from "@rak-oauth/core";
import { boundFetch, createDpopProof } from "@rak-oauth/token-manager";
import {
  allowInsecureRequests,
  Configuration,
  customFetch,
  fetchUserInfo,
  skipSubjectCheck,
} from "openid-client";
import type { FlowContext, OpenedFlow } from "./flow-context.js";

type Claims = Readonly<Record<string, unknown>>;

const limits = { timeoutMs: 5_000, maximumBytes: 64 * 1024 };

/**
 * Who the user is at the provider: by the ID token, else by the UserInfo endpoint. It is for people
 * to look at; that it cannot be had is reported and costs nothing.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function identifyAccount(
  context: FlowContext,
  flow: OpenedFlow,
  credentials: OAuth2Credentials,
): Promise<AccountIdentity | undefined> {
  const { config } = flow.provider;
  const { account } = credentials;
  if (config.userinfoUrl === undefined || !hasMoreToTell(credentials)) return account;
  const send = presenting(
    credentials.accessToken,
    boundFetch(context.fetch, limits),
    context.clock,
  );
  try {
    const claims =
      config.quirks.userinfoClaims === undefined
        ? await readUserinfo(config, credentials, send)
        : await readProfile(config, credentials, send);
    return toAccount(config, claims) ?? account;
  } catch {
    // The reason may quote the answer.
    const error = new AuthorizationError(
      "provider_error",
      `${flow.pending.displayName} does not tell whose account this is: its UserInfo endpoint (${new URL(config.userinfoUrl).origin}) gave no usable answer. The tokens are kept.`,
    );
    context.reportFailure({ step: "callback", error, pending: flow.pending });
    return account;
  }
}

/** Many providers leave name and e-mail out of the ID token, though they were asked for. */
function hasMoreToTell({ account, accessToken }: OAuth2Credentials): boolean {
  if (account === undefined) return true;
  const asked = (scope: string) => accessToken.scopes.includes(scope);
  return (
    (account.email === undefined && asked("email")) ||
    (account.name === undefined && asked("profile"))
  );
}

/** Presents a token that is bound to a key as such (RFC 9449 §7.1), again where a nonce is wanted (§9). */
function presenting(token: AccessToken, send: typeof fetch, clock: Clock): typeof fetch {
  if (token.dpopKey === undefined) return send;
  return async (address, init) => {
    const url = address instanceof Request ? address.url : address;
    const { method = "GET" } = init ?? {};
    const headers = new Headers(init?.headers);
    headers.set("authorization", `DPoP ${token.secret()}`);
    let nonce: string | undefined;
    for (let isRepeated = false; ; isRepeated = true) {
      headers.set("dpop", await createDpopProof({ token, method, url, nonce, clock }));
      const response = await send(url, { ...init, headers });
      nonce = response.headers.get("dpop-nonce") ?? undefined;
      if (response.status !== 401 || nonce === undefined || isRepeated) return response;
    }
  };
}

async function readUserinfo(
  config: OAuth2Config,
  { account, accessToken }: OAuth2Credentials,
  send: typeof fetch,
): Promise<Claims> {
  const configuration = new Configuration(
    {
      issuer: config.issuer ?? new URL(config.tokenUrl).origin,
      ...(config.userinfoUrl !== undefined && { userinfo_endpoint: config.userinfoUrl }),
      ...(config.jwksUrl !== undefined && { jwks_uri: config.jwksUrl }),
    },
    config.clientId,
  );
  if (config.allowInsecureLoopback) allowInsecureRequests(configuration);
  configuration.timeout = 0;
  configuration[customFetch] = (url, init) => send(url, init as RequestInit);
  // Another subject than the ID token's would be somebody else (OpenID Connect Core §5.3.2).
  const subject = account?.subject ?? skipSubjectCheck;
  return fetchUserInfo(configuration, accessToken.secret(), subject);
}

/** The profile of a provider that does not speak OpenID Connect. */
async function readProfile(
  { userinfoUrl = "", quirks }: OAuth2Config,
  { accessToken }: OAuth2Credentials,
  send: typeof fetch,
): Promise<Claims> {
  const { method, headers, body } = quirks.userinfoRequest ?? {};
  const response = await send(userinfoUrl, {
    ...(method && { method }),
    ...(body && { body }),
    headers: {
      accept: "application/json",
      ...(body && { "content-type": "application/json" }),
      ...headers,
      authorization: `Bearer ${accessToken.secret()}`,
    },
  });
  if (!response.ok) throw new Error("no profile");
  const profile: unknown = await response.json();
  return typeof profile === "object" && profile !== null ? (profile as Claims) : {};
}

function toAccount({ quirks }: OAuth2Config, claims: Claims): AccountIdentity | undefined {
  const names = quirks.userinfoClaims ?? { subject: "sub", email: "email", name: "name" };
  const text = (path: string | undefined) => {
    const value = path && memberAt(claims, path);
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const subject = text(names.subject);
  if (subject === undefined) return undefined;
  const verified = claims["email_verified"];
  return {
    subject,
    email: text(names.email),
    emailVerified: typeof verified === "boolean" ? verified : undefined,
    name: text(names.name),
  };
}
