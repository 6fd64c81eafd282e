import { inspect } from "node:util";
import { AccessToken, type OAuth2Credentials, Secret } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { TokenEndpoint } from "../src/index.js";
import { exampleConfig, issued } from "./fixtures.js";
import {
  addresses,
  failureOf,
  formOf,
  granted,
  InstantTime,
  refused,
  useProviderServer,
} from "./provider-server.js";

const server = useProviderServer();
const canary = "canary-4c1e07";
const resources = ["https://api.example/a", "https://api.example/b"];

describe("client credentials", () => {
  it("asks by the provider's own grant type and with its own parameters", async () => {
    const quirks = {
      clientCredentialsGrantType: "account_credentials",
      tokenParameters: { account_id: "acme" },
    };
    const endpoint = server.endpoint({ flow: "client_credentials", scopes: [], quirks });
    const { accessToken } = await endpoint.requestClientCredentials();
    expect(accessToken.secret()).toBe("a2");
    expect(formOf(server.seen[0])).toEqual({
      grant_type: "account_credentials",
      account_id: "acme",
    });
  });

  it("asks for other scopes and one resource when told to", async () => {
    const endpoint = server.endpoint({ flow: "client_credentials", resources });
    const scopes = ["files.read"];
    const [resource] = resources;
    const { accessToken } = await endpoint.requestClientCredentials({ scopes, resource });
    expect(formOf(server.seen[0])).toEqual({
      grant_type: "client_credentials",
      scope: "files.read",
      resource,
    });
    expect(accessToken.scopes).toEqual(scopes);
  });
});

describe("resource indicators", () => {
  it("AC-18 go on code exchange, refresh and every other token request alike", async () => {
    const endpoint = server.endpoint({ resources });
    const assertion = "e30.e30.e30";
    const subjectTokenType = "urn:ietf:params:oauth:token-type:access_token";
    server.answer(() => granted({ issued_token_type: subjectTokenType }));
    await endpoint.exchangeCode({
      callbackUrl: new URL("https://app.example/callback?code=c1&state=st"),
      state: "st",
      codeVerifier: "v".repeat(43),
      scopes: [],
    });
    await endpoint.refresh(issued(new InstantTime()));
    await endpoint.requestClientCredentials();
    await endpoint.requestJwtBearer({ assertion });
    await endpoint.exchangeToken({ subjectToken: "t1", subjectTokenType });
    expect(server.seen.map(({ form }) => form.getAll("resource"))).toEqual(
      Array.from({ length: 5 }, () => resources),
    );
  });
});

describe("JWT bearer", () => {
  it("sends the assertion as the client", async () => {
    await server.endpoint().requestJwtBearer({ assertion: new Secret("e30.e30.e30") });
    expect(formOf(server.seen[0])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: "e30.e30.e30",
      scope: "calendar.read",
    });
    expect(server.seen[0]?.headers.has("authorization")).toBe(true);
  });

  it("sends the assertion alone where it says everything", async () => {
    const endpoint = server.endpoint({
      flow: "jwt_bearer",
      clientSecret: undefined,
      quirks: { assertionIdentifiesClient: true },
    });
    const { accessToken } = await endpoint.requestJwtBearer({ assertion: "e30.e30.e30" });
    expect(formOf(server.seen[0])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: "e30.e30.e30",
    });
    expect(accessToken.scopes).toEqual(["calendar.read"]);
  });

  it("EV-01 shows nothing of a refused assertion", async () => {
    server.answer(() => refused("invalid_grant"));
    const error = await failureOf(server.endpoint().requestJwtBearer({ assertion: canary }));
    expect(error).toMatchObject({ kind: "terminal", error: "invalid_grant" });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(canary);
  });
});

describe("token exchange", () => {
  const accessType = "urn:ietf:params:oauth:token-type:access_token";
  const idJag = "urn:ietf:params:oauth:token-type:id-jag";
  const subject = { subjectToken: new AccessToken("t1"), subjectTokenType: accessType };

  it("sends who is meant, who acts, for what and what for", async () => {
    server.answer(() => granted({ issued_token_type: accessType, refresh_token: "r9" }));
    const tokens = await server.endpoint().exchangeToken({
      ...subject,
      actorToken: "t2",
      actorTokenType: "urn:ietf:params:oauth:token-type:jwt",
      audience: "billing",
      requestedTokenType: accessType,
      scopes: ["invoices.read"],
      resource: "https://billing.example",
    });
    expect(formOf(server.seen[0])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "t1",
      subject_token_type: accessType,
      actor_token: "t2",
      actor_token_type: "urn:ietf:params:oauth:token-type:jwt",
      audience: "billing",
      requested_token_type: accessType,
      scope: "invoices.read",
      resource: "https://billing.example",
    });
    expect(tokens.accessToken.secret()).toBe("a2");
    expect(tokens.accessToken.scopes).toEqual(["invoices.read"]);
    expect(tokens.refreshToken?.secret()).toBe("r9");
  });

  it.each([
    ["no kind of token", {}, undefined, "issued_token_type"],
    ["another kind of token", { issued_token_type: idJag }, accessType, "requestedTokenType"],
    ["no access token", { issued_token_type: idJag, token_type: "N_A" }, undefined, "N_A"],
  ])("refuses an answer that names %s", async (_name, body, requestedTokenType, words) => {
    server.answer(() => granted({ access_token: canary, ...body }));
    const work = server.endpoint().exchangeToken({ ...subject, requestedTokenType });
    const error = await failureOf(work);
    expect(error).toMatchObject({ code: "token_request_failed", kind: "configuration" });
    expect(error.message).toContain(words);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(canary);
  });

  it("gives a token that is for no API when asked for that kind", async () => {
    server.answer(() => granted({ issued_token_type: idJag, token_type: "N_A" }));
    const tokens = await server.endpoint().exchangeToken({ ...subject, requestedTokenType: idJag });
    expect(tokens.accessToken.tokenType).toBe("N_A");
  });
});

describe("refreshing for one resource", () => {
  const [resource = "", other = ""] = resources;

  it("puts the token beside the one for all", async () => {
    const time = new InstantTime(0);
    server.answer(() => granted({ expires_in: 60, scope: "files.read", refresh_token: "r2" }));
    const before = issued(time, { refreshToken: "refresh-alice", accessToken: "access-alice" });
    const after = await server.endpoint({ resources }, time).refresh(before, { resource });
    expect(server.seen[0]?.form.getAll("resource")).toEqual([resource]);
    expect(after.accessToken).toBe(before.accessToken);
    expect(after.lifetimeSeconds).toBe(before.lifetimeSeconds);
    expect(after.refreshToken?.secret()).toBe("r2");
    const [token] = after.resourceTokens ?? [];
    expect(token).toMatchObject({ resource, lifetimeSeconds: 60 });
    expect(token?.accessToken.secret()).toBe("a2");
    expect(token?.accessToken.expiresAt).toEqual(new Date(60_000));
    expect(token?.accessToken.scopes).toEqual(["files.read"]);
  });

  it("TR-05 keeps the old refresh token when the answer has none", async () => {
    const before = issued(new InstantTime(), { refreshToken: "refresh-alice" });
    const after = await server.endpoint().refresh(before, { resource });
    expect(after.refreshToken?.secret()).toBe("refresh-alice");
  });

  it("replaces the older token for it and drops those that have expired", async () => {
    const time = new InstantTime(0);
    const before = withResourceTokens([
      [resource, 5_000],
      [other, 5_000],
      ["https://api.example/gone", -1],
    ]);
    const after = await server.endpoint({}, time).refresh(before, { resource });
    expect(after.resourceTokens?.map((token) => token.resource)).toEqual([other, resource]);
    expect(after.resourceTokens?.at(-1)?.accessToken.secret()).toBe("a2");
  });

  it("keeps ten at most, the newest", async () => {
    const many = Array.from({ length: 10 }, (_, index) => `https://api.example/${index}`);
    const before = withResourceTokens(many.map((name) => [name, undefined]));
    const after = await server.endpoint({}, new InstantTime(0)).refresh(before, { resource });
    expect(after.resourceTokens?.map((token) => token.resource)).toEqual([
      ...many.slice(1),
      resource,
    ]);
  });

  it("leaves them in place when the token for all is refreshed", async () => {
    const before = withResourceTokens([
      [resource, 5_000],
      [other, -1],
    ]);
    const after = await server.endpoint({}, new InstantTime(0)).refresh(before);
    expect(after.accessToken.secret()).toBe("a2");
    expect(after.resourceTokens?.map((token) => token.resource)).toEqual([resource]);
  });

  function withResourceTokens(
    tokens: readonly (readonly [resource: string, expiresAtMs: number | undefined])[],
  ): OAuth2Credentials {
    return {
      ...issued(new InstantTime(0)),
      resourceTokens: tokens.map(([name, expiresAtMs]) => ({
        resource: name,
        accessToken: new AccessToken(`for ${name}`, {
          expiresAt: expiresAtMs === undefined ? undefined : new Date(expiresAtMs),
        }),
      })),
    };
  }
});

describe("providers without refresh tokens", () => {
  const quirks = {
    accessTokenExchange: { grantType: "fb_exchange_token", tokenParameter: "fb_exchange_token" },
    terminalErrors: ["190"],
  };
  const living = (time: InstantTime) => ({
    ...issued(time, { accessToken: "access-alice" }),
    refreshToken: undefined,
  });

  it("exchanges the living access token for a newer one", async () => {
    const time = new InstantTime();
    const after = await server.endpoint({ quirks }, time).refresh(living(time));
    expect(formOf(server.seen[0])).toEqual({
      grant_type: "fb_exchange_token",
      fb_exchange_token: "access-alice",
    });
    expect(after.accessToken.secret()).toBe("a2");
    expect(after.refreshToken).toBeUndefined();
  });

  it("exchanges the short-lived token of a code at once, and keeps it where that fails", async () => {
    const exchangeCode = () =>
      server.endpoint({ quirks }).exchangeCode({
        callbackUrl: new URL("https://app.example/callback?code=c1&state=s1"),
        state: "s1",
        scopes: [],
      });
    server.answer(
      () => granted({ access_token: "an hour", refresh_token: undefined }),
      () => granted({ access_token: "60 days", refresh_token: undefined }),
    );
    expect((await exchangeCode()).accessToken.secret()).toBe("60 days");
    expect(formOf(server.seen[1])).toMatchObject({ fb_exchange_token: "an hour" });
    server.answer(
      () => granted({ access_token: "an hour", refresh_token: undefined }),
      () => new Response(null, { status: 503 }),
    );
    expect((await exchangeCode()).accessToken.secret()).toBe("an hour");
  });

  it("sends no token that has expired: the user has to be asked", async () => {
    const time = new InstantTime();
    const before = living(time);
    time.advance(3_600_000);
    const error = await failureOf(server.endpoint({ quirks }, time).refresh(before));
    expect(error).toMatchObject({ code: "token_request_failed", kind: "terminal" });
    expect(server.seen).toEqual([]);
  });

  it("refuses without a refresh token everywhere else", async () => {
    const error = await failureOf(server.endpoint().refresh(living(new InstantTime())));
    expect(error.message).toContain("no refresh token");
    expect(server.seen).toEqual([]);
  });

  it.each([
    [190, "terminal"],
    [4, "transient"],
  ])("TR-07 reads the numbered error %i of an object as %s", async (code, kind) => {
    const time = new InstantTime();
    server.answer(() =>
      HttpResponse.json({ error: { code, message: canary, type: "x" } }, { status: 400 }),
    );
    const error = await failureOf(server.endpoint({ quirks }, time).refresh(living(time)));
    expect(error).toMatchObject({ kind, error: String(code) });
    expect(error.message).not.toContain(canary);
  });
});

describe("refreshing elsewhere", () => {
  it("sends a refresh token to the address that the provider has for them", async () => {
    const quirks = { refreshUrl: addresses.introspectionUrl };
    await server.endpoint({ quirks }).refresh(issued(new InstantTime()));
    await server.endpoint({ quirks }).requestClientCredentials();
    expect(server.seen.map(({ url }) => url)).toEqual([
      addresses.introspectionUrl,
      addresses.tokenUrl,
    ]);
  });

  it.each([
    ["is not there", () => Promise.reject(new TypeError("x")), "at https://refresh.example"],
    ["redirects", async () => new Response(null, { status: 302 }), "Set quirks.refreshUrl to"],
  ])("names that address when it %s", async (_name, answer, words) => {
    const quirks = { refreshUrl: "https://refresh.example/token" };
    const config = exampleConfig({ ...addresses, quirks });
    const endpoint = new TokenEndpoint({ config, fetch: answer });
    const error = await failureOf(endpoint.refresh(issued(new InstantTime())));
    expect(error.message).toContain(words);
    expect((await failureOf(endpoint.requestClientCredentials())).message).not.toContain(words);
  });
});
