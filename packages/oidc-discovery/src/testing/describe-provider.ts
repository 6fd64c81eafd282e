import { inspect } from "node:util";
import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  NeedsUserAuthorizationError,
  type OAuth2Config,
  type OAuth2Credentials,
  parseKeyring,
  TokenRequestError,
} from "@rak-oauth/core";
import { TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";
import { describe, expect, it } from "vitest";
import { type PlayedProvider, playProvider, type SeenRequest } from "./played-provider.js";
import type { GoodAnswer, ProviderAnswers } from "./provider-answers.js";

const origin = "https://agent.example";
const userId = "alice";
const code = "the-code";

/**
 * Registers the tests that a configuration must pass with the answers of its provider's documentation:
 * the whole path from the link over the code and a refresh to the disconnection, through the same flow
 * and token manager as in use, and what each refusal means. Nothing is sent to the provider itself.
 */
export function describeProvider(config: OAuth2Config, answers: ProviderAnswers): void {
  describe(config.displayName, () => {
    const provider = playProvider(config, answers);
    const { granted, refreshed, refusals, account, revocation } = answers;

    it("sends the browser there with what it wants to know", async () => {
      const url = await goToProvider(createWorld(config), provider);
      const parameters = Object.fromEntries(url.searchParams);
      const { state, nonce, code_challenge, code_challenge_method, ...rest } = parameters;
      const own = new URL(config.authUrl ?? "");
      expect(`${url.origin}${url.pathname}`).toBe(`${own.origin}${own.pathname}`);
      expect(rest).toEqual({
        ...Object.fromEntries(own.searchParams),
        ...answers.authorizationParameters,
        response_type: "code",
        client_id: config.clientId,
        redirect_uri: config.redirectUri,
      });
      expect(state).toBeTruthy();
      expect(code_challenge_method).toBe(config.usePkce ? "S256" : undefined);
      expect(code_challenge !== undefined).toBe(config.usePkce);
      expect(nonce !== undefined).toBe(config.scopes.includes("openid"));
    });

    it("exchanges the code, and reads what is granted", async () => {
      const world = createWorld(config);
      const credentials = await connect(world, provider);
      const [request] = provider.seen;
      expect(request).toMatchObject({ method: "POST", url: config.tokenUrl });
      expect(request?.body).toMatchObject({
        ...config.quirks.tokenParameters,
        grant_type: "authorization_code",
        code,
        redirect_uri: config.redirectUri,
      });
      expect("code_verifier" in (request?.body ?? {})).toBe(config.usePkce);
      expectProof(config, request);
      expectGiven(credentials, granted);
    });

    if (account !== undefined) {
      it("names the account", async () => {
        const { account: found } = await connect(createWorld(config), provider);
        expect(found).toEqual({ email: undefined, name: undefined, ...account.is });
      });
    }

    if (refreshed === undefined) {
      it("has nothing to refresh with, so the user is asked", async () => {
        const world = createWorld(config);
        await connect(world, provider);
        const work = world.manager.getToken({ userId, forceRefresh: true });
        await expect(work).rejects.toThrow(NeedsUserAuthorizationError);
      });
    } else {
      it("refreshes, and keeps what the answer leaves out", async () => {
        const world = createWorld(config);
        const before = await connect(world, provider);
        await world.manager.getToken({ userId, forceRefresh: true });
        const request = provider.seen.filter(({ body }) => "grant_type" in body).at(-1);
        const { refreshUrl = config.tokenUrl, accessTokenExchange } = config.quirks;
        expect(request).toMatchObject({ method: "POST", url: refreshUrl });
        if (accessTokenExchange === undefined) {
          expect(request?.body).toMatchObject({
            grant_type: "refresh_token",
            refresh_token: before.refreshToken?.secret(),
          });
        }
        expectProof(config, request);
        const after = await world.stored();
        expectGiven(after, refreshed);
        expect(after.account).toEqual(before.account);
      });
    }

    const trouble = [
      { name: "an answer without a token", kind: "transient", json: { ok: true } },
      { name: "trouble of its own", kind: "transient", status: 503, json: {} },
      { name: "too many requests", kind: "transient", status: 429, json: {} },
    ] as const;
    it.each([...refusals, ...trouble])("takes $name as $kind", async (refusal) => {
      const world = createWorld(config);
      const before = await connect(world, provider);
      provider.answerNext(refusal);
      const work = refreshed
        ? world.endpoint.refresh(before)
        : world.endpoint.exchangeCode({
            callbackUrl: callbackOf(config, "the-state"),
            state: "the-state",
            codeVerifier: "v".repeat(43),
            scopes: config.scopes,
          });
      const error = await work.then(
        () => expect.unreachable("it was refused"),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(TokenRequestError);
      expect((error as TokenRequestError).kind).toBe(refusal.kind);
      expectNoSecret(config, before, inspect(error, { depth: 9, showHidden: true }));
    });

    it("ends the connection, and says what became of the tokens", async () => {
      const world = createWorld(config);
      const before = await connect(world, provider);
      const asked = provider.seen.length;
      const result = await world.manager.disconnect({ userId });
      const none = before.refreshToken === undefined ? "none" : "unsupported";
      expect(result).toEqual({
        disconnected: true,
        accessToken: revocation?.accessToken ?? "unsupported",
        refreshToken: revocation?.refreshToken ?? none,
      });
      expect(provider.seen.slice(asked).map(toRevocation)).toEqual(revocation?.requests ?? []);
      const work = world.manager.getToken({ userId });
      await expect(work).rejects.toThrow(NeedsUserAuthorizationError);
    });
  });
}

interface World {
  readonly flow: AuthorizationCodeFlow;
  readonly manager: TokenManager;
  readonly endpoint: TokenEndpoint;
  stored(): Promise<OAuth2Credentials>;
}

function createWorld(config: OAuth2Config): World {
  const store = new MemoryCredentialStore();
  const keys = parseKeyring(`test:${generateKey()}`);
  const credentials = new CredentialService({ store, keys });
  const flow = new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: `${origin}/connect`,
    dangerouslyAllowAnyUser: true,
  });
  return {
    flow,
    manager: new TokenManager({ config, credentials }),
    endpoint: new TokenEndpoint({ config }),
    async stored() {
      const stored = await credentials.getCredentials({ userId, provider: config.provider });
      return stored ?? expect.unreachable("nothing is stored");
    },
  };
}

async function goToProvider(world: World, provider: PlayedProvider): Promise<URL> {
  return (await openLink(world, provider)).url;
}

async function openLink(world: World, provider: PlayedProvider) {
  const started = await world.flow.start({ provider: world.manager.config.provider, userId });
  const response = await world.flow.connect(new Request(started.url));
  const url = new URL(response.headers.get("location") ?? "");
  provider.nonce = url.searchParams.get("nonce") ?? undefined;
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { url, cookie: cookie.join("; ") };
}

async function connect(world: World, provider: PlayedProvider): Promise<OAuth2Credentials> {
  const { url, cookie } = await openLink(world, provider);
  const state = url.searchParams.get("state") ?? "";
  const callback = callbackOf(world.manager.config, state);
  await world.flow.finish(new Request(callback, { headers: { cookie } }));
  return world.stored();
}

function callbackOf(config: OAuth2Config, state: string): URL {
  const callback = new URL(config.redirectUri ?? "");
  callback.searchParams.set("code", code);
  callback.searchParams.set("state", state);
  if (config.issParameterSupported) callback.searchParams.set("iss", config.issuer ?? "");
  return callback;
}

function expectGiven(credentials: OAuth2Credentials, { gives }: GoodAnswer): void {
  expect({
    accessToken: credentials.accessToken.secret(),
    refreshToken: credentials.refreshToken?.secret(),
    expiresInSeconds: credentials.lifetimeSeconds,
    scopes: credentials.accessToken.scopes,
  }).toEqual({ refreshToken: undefined, expiresInSeconds: undefined, ...gives });
}

/** The client proves itself in the one way that is configured, and in no other. */
function expectProof(config: OAuth2Config, request: SeenRequest | undefined): void {
  const authorization = request?.headers.get("authorization") ?? "";
  const secret = config.clientSecret?.secret();
  const method = config.clientAuthentication;
  expect(authorization.startsWith("Basic ")).toBe(method === "client_secret_basic");
  expect(request?.body["client_secret"]).toBe(method === "client_secret_post" ? secret : undefined);
}

function expectNoSecret(config: OAuth2Config, credentials: OAuth2Credentials, text: string): void {
  const { accessToken, refreshToken } = credentials;
  for (const secret of [config.clientSecret, accessToken, refreshToken]) {
    if (secret !== undefined) expect(text).not.toContain(secret.secret());
  }
}

function toRevocation({ method, url, headers, body }: SeenRequest) {
  const { client_id, client_secret, token_type_hint, ...rest } = body;
  const authorization = headers.get("authorization")?.split(" ")[0];
  return { method, url, body: rest, ...(authorization && { authorization }) };
}
