import { randomUUID } from "node:crypto";
import type { JWK } from "jose";
import { holdsNonce, refuseClient } from "./conformance-client-proof.js";
import { ConformanceKeys, type SigningDeviations } from "./conformance-keys.js";
import { startHttpServer } from "./http-server.js";

type Members = Readonly<Record<string, unknown>>;

/** Where a {@link ConformanceServer} does other than it should. */
export interface Deviations extends SigningDeviations {
  /** Changes what discovery finds. */
  readonly metadata?: (metadata: Members) => Members;
  /** Changes the claims of the ID token that comes with a code. */
  readonly idToken?: (claims: Members) => Members;
  /** Changes the claims of the ID token that comes with a refresh. */
  readonly refreshedIdToken?: (claims: Members) => Members;
  /** Changes what the UserInfo endpoint says. */
  readonly userinfo?: (claims: Members) => Members;
  /** Changes the query that the browser brings back. */
  readonly authorizationResponse?: (parameters: URLSearchParams) => void;
  /** Changes the token endpoint's good answers. */
  readonly tokens?: (answer: Members) => Members;
  /** Asks for pushed requests, signed client assertions and DPoP, as FAPI 2.0 does. */
  readonly fapi2?: FapiDemands | undefined;
}

/** What the strict variant of a {@link ConformanceServer} demands. */
export interface FapiDemands {
  /** Whether proofs must hold a nonce of the server (RFC 9449 §8). */
  readonly nonces: boolean;
  /** The client's public key. */
  readonly clientKey: JWK;
  /** How the resource writes the scheme of its nonce challenge. @defaultValue "DPoP" */
  readonly challengeScheme?: string | undefined;
}

/** A request that the server was sent, in order. */
export interface ConformanceRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly parameters: URLSearchParams;
}

/** An OpenID provider for one client and one user, who agrees to everything. */
export interface ConformanceServer {
  readonly issuer: string;
  readonly requests: readonly ConformanceRequest[];
  /** Paths of the requests, in order. */
  paths(): readonly string[];
  stop(): Promise<void>;
}

/** The user's subject. */
export const conformanceSubject = "248289761001";

const nonce = "server-nonce";
const clientId = "rp";

/**
 * Starts an OpenID provider that follows the specifications but for its deviations, each of which
 * stands for a module of the OpenID Foundation's conformance suite.
 */
export async function startConformanceServer(
  deviations: Deviations = {},
): Promise<ConformanceServer> {
  const server = new Provider(deviations, await ConformanceKeys.create(deviations));
  const http = await startHttpServer((request) => server.answer(request));
  server.issuer = http.url;
  return {
    issuer: http.url,
    requests: server.requests,
    paths: () => server.requests.map(({ path }) => path),
    stop: () => http.stop(),
  };
}

class Provider {
  readonly requests: ConformanceRequest[] = [];
  issuer = "";
  readonly #deviations: Deviations;
  readonly #keys: ConformanceKeys;
  readonly #pushed = new Map<string, URLSearchParams>();
  #nonce: string | null = null;

  constructor(deviations: Deviations, keys: ConformanceKeys) {
    this.#deviations = deviations;
    this.#keys = keys;
  }

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const body = request.method === "POST" ? new URLSearchParams(await request.text()) : undefined;
    const parameters = body ?? url.searchParams;
    const seen = { path: url.pathname, headers: request.headers, parameters };
    this.requests.push(seen);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return Response.json(this.#metadata());
      case "/jwks":
        return Response.json({ keys: this.#keys.published() });
      case "/par":
        return this.#push(seen);
      case "/authorize":
        return this.#authorize(parameters);
      case "/token":
        return this.#grant(seen);
      case "/userinfo":
        return this.#userinfo(seen);
      default:
        return new Response("nothing here", { status: 404 });
    }
  }

  #metadata(): Members {
    const { fapi2, metadata = (members) => members } = this.#deviations;
    const { issuer } = this;
    return metadata({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [this.#keys.algorithm],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: fapi2 ? ["private_key_jwt"] : ["client_secret_basic"],
      ...(fapi2 && {
        pushed_authorization_request_endpoint: `${issuer}/par`,
        require_pushed_authorization_requests: true,
        authorization_response_iss_parameter_supported: true,
        dpop_signing_alg_values_supported: ["ES256"],
        token_endpoint_auth_signing_alg_values_supported: ["ES256"],
      }),
    });
  }

  async #push(seen: ConformanceRequest): Promise<Response> {
    const refusal = await this.#refuse(seen);
    if (refusal !== undefined) return refusal;
    const requestUri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`;
    this.#pushed.set(requestUri, seen.parameters);
    return Response.json({ request_uri: requestUri, expires_in: 60 }, { status: 201 });
  }

  #authorize(query: URLSearchParams): Response {
    const requestUri = query.get("request_uri") ?? "";
    const parameters = this.#deviations.fapi2 ? this.#pushed.get(requestUri) : query;
    if (parameters === undefined) return new Response("unknown request_uri", { status: 400 });
    this.#nonce = parameters.get("nonce");
    const callback = new URL(parameters.get("redirect_uri") ?? "");
    callback.searchParams.set("code", "the-code");
    callback.searchParams.set("state", parameters.get("state") ?? "");
    callback.searchParams.set("iss", this.issuer);
    this.#deviations.authorizationResponse?.(callback.searchParams);
    return new Response(null, { status: 302, headers: { location: callback.href } });
  }

  async #grant(seen: ConformanceRequest): Promise<Response> {
    const refusal = await this.#refuse(seen);
    if (refusal !== undefined) return refusal;
    const same = (members: Members) => members;
    const { fapi2, idToken = same, refreshedIdToken = same, tokens = same } = this.#deviations;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.issuer,
      sub: conformanceSubject,
      aud: clientId,
      iat: now,
      exp: now + 300,
    };
    const isRefresh = seen.parameters.get("grant_type") === "refresh_token";
    const token = isRefresh
      ? refreshedIdToken(claims)
      : idToken({ ...claims, ...(this.#nonce !== null && { nonce: this.#nonce }) });
    return Response.json(
      tokens({
        access_token: isRefresh ? "renewed-token" : "first-token",
        token_type: fapi2 ? "DPoP" : "Bearer",
        expires_in: 300,
        refresh_token: isRefresh ? "second-refresh-token" : "first-refresh-token",
        id_token: await this.#keys.sign(token),
      }),
    );
  }

  #userinfo({ headers }: ConformanceRequest): Response {
    const { fapi2, userinfo = (claims) => claims } = this.#deviations;
    const { challengeScheme = "DPoP", nonces = false } = fapi2 ?? {};
    if (nonces && !holdsNonce(headers, nonce)) {
      const challenge = `${challengeScheme} error="use_dpop_nonce", error_description="nonce"`;
      return new Response(null, {
        status: 401,
        headers: { "www-authenticate": challenge, "dpop-nonce": nonce },
      });
    }
    const scheme = fapi2 ? "DPoP" : "Bearer";
    const known = ["first-token", "renewed-token"].map((token) => `${scheme} ${token}`);
    if (!known.includes(headers.get("authorization") ?? "")) {
      return new Response(null, { status: 401, headers: { "www-authenticate": scheme } });
    }
    return Response.json(
      userinfo({
        sub: conformanceSubject,
        name: "Demo T. User",
        email: "user@example.com",
        email_verified: true,
      }),
    );
  }

  /** The answer for a client that does not prove what it must; nothing when it does. */
  async #refuse(seen: ConformanceRequest): Promise<Response | undefined> {
    const { fapi2 } = this.#deviations;
    if (fapi2 === undefined) return undefined;
    return refuseClient({
      ...seen,
      clientId,
      clientKey: fapi2.clientKey,
      issuer: this.issuer,
      url: `${this.issuer}${seen.path}`,
      needsDpop: seen.path === "/token",
      nonce: fapi2.nonces ? nonce : undefined,
    });
  }
}
