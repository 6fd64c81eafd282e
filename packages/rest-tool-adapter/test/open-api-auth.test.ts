import { inspect } from "node:util";
import { expect, it } from "vitest";
import { apiKey, basic, bearer, type ToolAuth } from "../src/index.js";
import { OpenApiToolset, type OpenApiToolsetOptions } from "../src/openapi/index.js";
import { useApi } from "./api.js";
import { documentOf, documentWith, origin, toolNames } from "./sample-document.js";

const api = useApi();

const securitySchemes = {
  key: { type: "apiKey", in: "header", name: "X-Key" },
  queryKey: { type: "apiKey", in: "query", name: "key" },
  session: { type: "apiKey", in: "cookie", name: "sid" },
  login: { type: "http", scheme: "basic" },
  token: { type: "http", scheme: "bearer" },
  github: {
    type: "oauth2",
    flows: {
      authorizationCode: {
        authorizationUrl: "https://evil.example/authorize",
        tokenUrl: "https://evil.example/token",
        scopes: { read: "", write: "" },
      },
    },
  },
  openId: { type: "openIdConnect", openIdConnectUrl: "https://evil.example" },
};
const components = { securitySchemes };

const key = apiKey({ in: "header", name: "X-Key", value: "k" });
const token = bearer({ token: "t" });

/** The headers that reach the API, of an operation with this security. */
async function headersWith(
  security: unknown,
  options: OpenApiToolsetOptions,
  more: Record<string, unknown> = {},
): Promise<Headers> {
  const document = documentOf(security === undefined ? {} : { security }, { components, ...more });
  const { tools } = OpenApiToolset.fromDocument(document, {
    serverUrl: api.origin,
    allowInsecureLoopback: true,
    ...options,
  });
  expect(await tools[0]?.execute({})).toMatchObject({ status: "ok" });
  return api.seen.at(-1)?.headers ?? new Headers();
}

it("each scheme gets the authorization that is given under its name", async () => {
  const auth = {
    key,
    session: apiKey({ in: "cookie", name: "sid", value: "c" }),
    queryKey: apiKey({ in: "query", name: "key", value: "q" }),
    login: basic({ username: "a", password: "b" }),
    openId: token,
  };
  expect((await headersWith([{ key: [] }], { auth })).get("x-key")).toBe("k");
  expect((await headersWith([{ session: [] }], { auth })).get("cookie")).toBe("sid=c");
  expect((await headersWith([{ login: [] }], { auth })).get("authorization")).toBe("Basic YTpi");
  expect((await headersWith([{ openId: [] }], { auth })).get("authorization")).toBe("Bearer t");
  await headersWith([{ queryKey: [] }], { auth });
  expect(api.seen.at(-1)?.url.search).toBe("?key=q");
});

it("the first requirement that can be satisfied is used, with all its schemes", async () => {
  const security = [{ login: [] }, { key: [], token: [] }, { token: [] }];
  const headers = await headersWith(security, { auth: { key, token } });
  expect(headers.get("x-key")).toBe("k");
  expect(headers.get("authorization")).toBe("Bearer t");
});

it("asks the user for what a call would ask for first, without the call", async () => {
  const pending = {
    pending: true,
    message: "Authorization required: connect Example.",
    auth_url: "https://agent.example/connect?request=1",
    auth_request_id: "1",
    provider: "example",
    scopes: [],
    reason: "connect",
    expires_at: "2030-01-01T00:00:00.000Z",
  } as const;
  const asking: ToolAuth = { ...token, authorize: async () => pending };
  const document = documentOf({ security: [{ token: [] }] }, { components });
  const { tools } = OpenApiToolset.fromDocument(document, { auth: { token: asking } });
  expect(await tools[0]?.authorize({ userId: "alice" })).toEqual(pending);
  expect(api.seen).toEqual([]);
});

it("where authorization is optional, what is given is used", async () => {
  expect((await headersWith([{}, { key: [] }], { auth: { key } })).get("x-key")).toBe("k");
  expect((await headersWith([{}, { key: [] }], {})).has("x-key")).toBe(false);
});

it("the document's requirement holds where the operation has none", async () => {
  const security = [{ key: [] }];
  expect((await headersWith(undefined, { auth: { key } }, { security })).get("x-key")).toBe("k");
  expect((await headersWith([], { auth: { key } }, { security })).has("x-key")).toBe(false);
});

it("defaultAuth is for documents that do not say how they are authorized", async () => {
  const options = { defaultAuth: token };
  expect((await headersWith(undefined, options)).get("authorization")).toBe("Bearer t");
  expect((await headersWith([], options)).has("authorization")).toBe(false);
});

it("scopes of the requirement go into the authorization, which operations share", () => {
  const asked: (readonly string[])[] = [];
  const github = (scopes: readonly string[]): ToolAuth => {
    asked.push(scopes);
    return token;
  };
  const needs = (...scopes: string[]) => ({ security: [{ github: scopes }] });
  const document = documentWith(
    {
      "/a": { get: needs("read"), post: needs("read", "write") },
      "/b": { get: needs("read"), post: needs("write", "read") },
    },
    { components },
  );
  const { tools } = OpenApiToolset.fromDocument(document, { auth: { github } });
  expect(asked).toEqual([["read"], ["read", "write"]]);
  expect(tools.map(({ operation }) => operation.scopes)).toEqual([
    ["read"],
    ["read", "write"],
    ["read"],
    ["write", "read"],
  ]);
  const filter = { scopes: ["read"] };
  expect(toolNames(document, { auth: { github }, filter })).toEqual(["get_a", "get_b"]);
});

it("EV-02 an operation whose authorization is not given is named, or left out on request", () => {
  const document = documentWith(
    { "/a": { get: { security: [{ github: [] }, { key: [], token: [] }] }, post: {} } },
    { components },
  );
  const message =
    'OpenAPI document at #/paths/~1a/get: needs "github" or "key" with "token", and auth gives "key".';
  expect(() => OpenApiToolset.fromDocument(document, { auth: { key } })).toThrow(message);
  const { tools, leftOut } = OpenApiToolset.fromDocument(document, {
    auth: { key },
    unusable: "leave-out",
  });
  expect(tools.map(({ name }) => name)).toEqual(["post_a"]);
  expect(leftOut).toEqual([
    { method: "GET", path: "/a", reason: expect.stringContaining(message) },
  ]);
});

it.each<[string, OpenApiToolsetOptions, unknown]>([
  [
    'auth has "kye", which is no security scheme of the document. It has "key", "queryKey"',
    { auth: { kye: key } },
    [],
  ],
  [
    'auth["key"] does not send its credential as the document wants it, in the "header" "X-Key". Give apiKey({',
    { auth: { key: apiKey({ in: "query", name: "X-Key", value: "canary" }) } },
    [{ key: [] }],
  ],
  [
    'in the "query" "key". Give apiKey({',
    { auth: { queryKey: apiKey({ in: "query", name: "KEY", value: "canary" }) } },
    [{ queryKey: [] }],
  ],
  ...[
    ["login", ' with the scheme "Basic". Give basic.'],
    ["token", ' with the scheme "Bearer". Give bearer or oauth2.'],
    ["github", ". Give basic, bearer or oauth2."],
    ["openId", ". Give basic, bearer or oauth2."],
  ].map(([name = "", mend]): [string, OpenApiToolsetOptions, unknown] => [
    `auth["${name}"] does not send its credential as the document wants it, in the "header" "Authorization"${mend}`,
    { auth: { [name]: apiKey({ in: "header", name: "X-Key", value: "canary" }) } },
    [{ [name]: [] }],
  ]),
  [
    'with the scheme "Basic". Give basic.',
    { auth: { login: bearer({ token: "canary" }) } },
    [{ login: [] }],
  ],
  [
    'with the scheme "Bearer". Give bearer or oauth2.',
    { auth: { token: basic({ username: "canary", password: "canary" }) } },
    [{ token: [] }],
  ],
  [
    '"login" with "token" cannot go together. allOf: two credentials travel',
    { auth: { login: basic({ username: "a", password: "b" }), token } },
    [{ login: [], token: [] }],
  ],
  ["#/paths/~1things/post/security: must be a list of objects", {}, { key: [] }],
])("EV-02 %s", (message, options, security) => {
  const make = () => OpenApiToolset.fromDocument(documentOf({ security }, { components }), options);
  expect(make).toThrow(message);
  expect(make).not.toThrow("canary");
});

it("EV-01 a toolset and its tools do not show their secrets", async () => {
  const secret = bearer({ token: "canary" });
  const toolset = OpenApiToolset.fromDocument(documentOf({}), {
    serverUrl: api.origin,
    allowInsecureLoopback: true,
    defaultAuth: secret,
  });
  api.answer(({ headers }) => Response.json({ echo: headers.get("authorization") }));
  const result = await toolset.tools[0]?.execute({});
  expect(result).toMatchObject({ status: "ok" });
  const shown = inspect([toolset, result], { depth: 20, showHidden: true });
  expect(shown + JSON.stringify([toolset, result])).not.toContain("canary");
});

it("RT-08 a credential goes to the origins it brings, or to those that are listed", () => {
  const bound: ToolAuth = { ...token, origins: ["https://provider.example"] };
  const document = documentOf({ security: [{ token: [] }] }, { components });
  const make = (auth: ToolAuth, origins?: readonly string[]) =>
    OpenApiToolset.fromDocument(document, { auth: { token: auth }, origins });
  expect(() => make(bound, [origin])).toThrow(
    `is called at ${origin}, and what it is called with may only go to https://provider.example.`,
  );
  expect(() => make(token, [])).toThrow("no origin at all. If it belongs to the API, add it");
  expect(make(token, [origin]).tools).toHaveLength(1);
});
