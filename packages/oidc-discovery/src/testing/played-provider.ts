import type { OAuth2Config } from "@rak-oauth/core";
import { HttpResponse, http, type RequestHandler } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { ProviderAnswer, ProviderAnswers } from "./provider-answers.js";

/** One request as it reached the provider. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** Members of a form or of JSON. */
  readonly body: Readonly<Record<string, string>>;
}

/** The endpoints of one configuration, answering as documented; a request to elsewhere is an error. */
export interface PlayedProvider {
  readonly seen: readonly SeenRequest[];
  /** The nonce of the flow that is under way, for its ID token. */
  nonce: string | undefined;
  /** Gives the next token request this answer. */
  answerNext(answer: ProviderAnswer): void;
}

/** Registers the hooks that bring a provider up for the tests of one `describe`. */
export function playProvider(config: OAuth2Config, answers: ProviderAnswers): PlayedProvider {
  const seen: SeenRequest[] = [];
  let next: ProviderAnswer | undefined;
  const { granted, refreshed, account, introspection, revocation } = answers;

  function answerToken(request: SeenRequest): Response {
    const isFirst = request.body["grant_type"] === "authorization_code";
    const answer = next ?? (isFirst ? granted : refreshed);
    next = undefined;
    if (answer !== granted || granted.idTokenClaims === undefined) return toResponse(answer);
    const { nonce } = played;
    const claims = { iss: config.issuer, aud: config.clientId, nonce, ...granted.idTokenClaims };
    const idToken = createIdToken(claims);
    return toResponse({ ...granted, json: { ...Object(granted.json), id_token: idToken } });
  }

  const routes: readonly [string | undefined, (request: SeenRequest) => Response][] = [
    [config.tokenUrl, answerToken],
    [config.quirks.refreshUrl, answerToken],
    [config.userinfoUrl, () => toResponse(account)],
    [config.introspectionUrl, () => toResponse(introspection)],
    [config.revocationUrl, () => toResponse(revocation)],
  ];
  const server = setupServer(
    ...routes.flatMap(([url, answer]) =>
      url === undefined
        ? []
        : http.all(url.replace(/\?.*/, ""), async ({ request }) => {
            const received = await read(request);
            seen.push(received);
            return answer(received);
          }),
    ),
    ...noKeysAt(config.jwksUrl),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  beforeEach(() => {
    seen.length = 0;
    next = undefined;
  });
  afterAll(() => server.close());

  const played: PlayedProvider = {
    seen,
    nonce: undefined,
    answerNext(answer) {
      next = answer;
    },
  };
  return played;
}

/** Keys that are away leave ID tokens unchecked; those that are made up here are signed with none. */
function noKeysAt(jwksUrl: string | undefined): RequestHandler[] {
  return jwksUrl === undefined ? [] : [http.get(jwksUrl, () => toResponse())];
}

async function read(request: Request): Promise<SeenRequest> {
  const { method, url, headers } = request;
  const text = await request.text();
  const isJson = headers.get("content-type")?.includes("json");
  const body = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  return { method, url, headers, body };
}

/** What is not documented does not exist. */
function toResponse(answer: ProviderAnswer = { status: 404 }): Response {
  const { status = 200, headers = {}, json, form } = answer;
  if (form !== undefined) {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const text = new URLSearchParams(form).toString();
    return new HttpResponse(text, { status, headers: { ...type, ...headers } });
  }
  if (json === undefined) return new HttpResponse(null, { status, headers });
  return new HttpResponse(JSON.stringify(json), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** It comes straight from the token endpoint, so its signature is not looked at (OIDC Core §3.1.3.7). */
function createIdToken(claims: object): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = { iat: now, exp: now + 3600, ...claims };
  return `${encode({ alg: "RS256" })}.${encode(payload)}.${encode({})}`;
}
