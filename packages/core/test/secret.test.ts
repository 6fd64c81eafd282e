import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { AccessToken, Secret } from "../src/index.js";

const canary = "canary-5f2b";
const redacted = { Secret: "Secret(…redacted)", AccessToken: "AccessToken(…redacted)" };

describe.each([
  ["Secret", () => new Secret(canary)],
  [
    "AccessToken",
    () => new AccessToken(canary, { expiresAt: new Date(0), scopes: ["a"], tokenType: "DPoP" }),
  ],
] as const)("EV-01 a %s shows a placeholder", (name, create) => {
  const placeholder = redacted[name];

  it("in inspect, also nested, deep and with hidden fields", () => {
    expect(inspect(create())).toBe(placeholder);
    expect(inspect({ deep: { list: [create()] } }, { depth: 9, showHidden: true })).toContain(
      placeholder,
    );
    for (const options of [{ customInspect: false }, { showHidden: true, getters: true }]) {
      expect(inspect(create(), options)).not.toContain(canary);
    }
    expect(inspect(new Map([[create(), new Set([create()])]]))).not.toContain(canary);
  });

  it("in JSON", () => {
    expect(JSON.stringify({ token: create() })).toBe(`{"token":"${placeholder}"}`);
  });

  it("in template strings, String() and concatenation", () => {
    expect(`${create()}`).toBe(placeholder);
    expect(String(create())).toBe(placeholder);
    expect(`Bearer ${create().toString()}`).not.toContain(canary);
    expect([create()].join()).toBe(placeholder);
    expect(create().toLocaleString()).toBe(placeholder);
  });

  it("in error messages, causes and aggregates", () => {
    const error = new AggregateError(
      [new Error(`no luck with ${create()}`, { cause: create() })],
      String(create()),
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary);
    expect(error.message).toBe(placeholder);
  });

  it.each(["%s", "%o", "%O", "%j", "%d", "%i", "%f", "%c", ""])("in console format %j", (verb) => {
    expect(format(verb, create())).not.toContain(canary);
    const sink = new PassThrough();
    const console = new Console({ stdout: sink, stderr: sink });
    console.log(verb, create());
    console.error({ token: create() });
    console.table([{ token: create() }]);
    console.dir(create(), { showHidden: true });
    expect(String(sink.read())).not.toContain(canary);
  });

  it("in copies made by spreading, assigning, structuredClone and enumeration", () => {
    const token = create();
    for (const copy of [
      { ...token },
      Object.assign({}, token),
      structuredClone(token),
      Object.entries(token),
      Object.getOwnPropertyDescriptors(token),
      Reflect.ownKeys(token),
    ]) {
      expect(inspect(copy, { depth: 9, showHidden: true })).not.toContain(canary);
      expect(JSON.stringify(copy)).not.toContain(canary);
    }
  });

  it("but gives the value when asked by name", () => {
    expect(create().secret()).toBe(canary);
  });
});

describe("AccessToken", () => {
  it("carries what is known about the token", () => {
    const expiresAt = new Date(1_000);
    const token = new AccessToken(canary, { expiresAt, scopes: ["a", "b"], tokenType: "DPoP" });
    expect(token).toMatchObject({ expiresAt, scopes: ["a", "b"], tokenType: "DPoP" });
    expect(token).toBeInstanceOf(Secret);
  });

  it("is a bearer token of unknown expiry and scopes unless told otherwise", () => {
    const token = new AccessToken(canary);
    expect(token).toMatchObject({ expiresAt: undefined, scopes: [], tokenType: "Bearer" });
  });
});
