import { inspect } from "node:util";
import { ConfigurationError, Secret } from "@rak-oauth/core";
import { expect, it } from "vitest";
import { apiKey, basic, bearer, RestApiTool, type ToolAuth } from "../src/index.js";
import { useApi } from "./api.js";

const api = useApi();

function createTool(auth?: ToolAuth, path = "/things"): RestApiTool {
  return new RestApiTool({
    name: "t",
    description: "Tests.",
    method: "GET",
    url: api.origin + path,
    auth,
    allowInsecureLoopback: true,
  });
}

async function call(auth: ToolAuth, path?: string): Promise<void> {
  expect(await createTool(auth, path).execute({})).toMatchObject({ status: "ok" });
}

it("an API key goes to its header, the query or a cookie", async () => {
  await call(apiKey({ in: "header", name: "X-Api-Key", value: "k 1" }));
  await call(apiKey({ in: "query", name: "key", value: "k&1" }), "/things?a=b");
  await call(apiKey({ in: "cookie", name: "session", value: new Secret("k1") }));
  const [header, query, cookie] = api.seen;
  expect(header?.headers.get("x-api-key")).toBe("k 1");
  expect(query?.url.search).toBe("?a=b&key=k%261");
  expect(cookie?.headers.get("cookie")).toBe("session=k1");
});

it("bearer and basic are sent as the RFCs write them", async () => {
  await call(bearer({ token: "abc" }));
  await call(bearer({ token: new Secret("def") }));
  await call(basic({ username: "Aladdin", password: "open sesame" }));
  await call(basic({ username: "test", password: new Secret("123£") }));
  expect(api.seen.map(({ headers }) => headers.get("authorization"))).toEqual([
    "Bearer abc",
    "Bearer def",
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "Basic dGVzdDoxMjPCow==",
  ]);
});

it("without auth nothing is sent that says who calls", async () => {
  await createTool().execute({});
  for (const name of ["authorization", "cookie"]) {
    expect(api.seen[0]?.headers.has(name)).toBe(false);
  }
});

it("an API is told what calls it, as a tool's own header may say otherwise", async () => {
  await createTool().execute({});
  expect(api.seen[0]?.headers.get("user-agent")).toBe("rak-oauth");
});

it("a user name stands for the secret where the password is empty", async () => {
  api.answer(() => Response.json({ echo: "sk_live_1 and nothing else" }));
  const auth = basic({ username: "sk_live_1", password: "" });
  expect(await createTool(auth).execute({})).toMatchObject({
    data: { echo: "[redacted] and nothing else" },
  });
});

it.each<[string, () => ToolAuth]>([
  ["apiKey: value is missing", () => apiKey({ in: "header", name: "X", value: "" })],
  [
    "apiKey: value is missing",
    () => apiKey({ in: "header", name: "X", value: undefined as never }),
  ],
  ["apiKey: in is", () => apiKey({ in: "body" as never, name: "X", value: "canary" })],
  ["apiKey: name is", () => apiKey({ in: "header", name: "X Y", value: "canary" })],
  ["apiKey: name is", () => apiKey({ in: "query", name: "", value: "canary" })],
  ["apiKey: value contains", () => apiKey({ in: "header", name: "X", value: "canary\n" })],
  ["apiKey: value contains", () => apiKey({ in: "cookie", name: "X", value: "canary; a=b" })],
  ["bearer: token is missing", () => bearer({ token: "" })],
  ["bearer: token contains", () => bearer({ token: "canary\r\nX-Evil: 1" })],
  ["basic: username must", () => basic({ username: "a:b", password: "canary" })],
  ["basic: password is missing", () => basic({ username: "", password: "" })],
  ["basic: password is missing", () => basic({ username: "a", password: undefined as never })],
])("%s: refused with the mend and without the value", (message, create) => {
  expect(create).toThrow(ConfigurationError);
  expect(create).toThrow(message);
  expect(create).not.toThrow(/canary/);
});

it("EV-01 auth and tools do not show their secret", () => {
  const auths = [
    apiKey({ in: "query", name: "key", value: "canary" }),
    bearer({ token: "canary" }),
    basic({ username: "agent", password: "canary" }),
  ];
  for (const auth of auths) {
    for (const thing of [auth, createTool(auth)]) {
      const shown = inspect(thing, { depth: 20, showHidden: true }) + JSON.stringify(thing);
      expect(shown).not.toMatch(/canary|Y2FuYXJ5|Z2VudDpjYW5hcnk/);
    }
  }
});
