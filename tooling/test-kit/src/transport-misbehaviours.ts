import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { RawAnswer } from "./hostile-answer.js";
import { type Misbehaviour, rewritten } from "./misbehaviour.js";

const fiveMegabytes = 5 * 1024 * 1024;
const sixtyFourMegabytes = 64 * 1024 * 1024;

const fastBrotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

type Body = Readonly<Record<string, unknown>>;

/** Answers whose bodies are no JSON, or not of a bearable size. */
const bodyMisbehaviours: readonly Misbehaviour[] = [
  token("JSON labelled as HTML", json, { "content-type": "text/html" }),
  token("JSON without a label", json, { "content-type": "" }),
  token("JSON with a wrong charset", json, { "content-type": "application/json; charset=utf-16" }),
  token("JSON after a byte order mark", (body) => `\uFEFF${json(body)}`),
  token("JSON among blank lines", (body) => `\r\n\r\n${json(body)}\r\n`),
  token("JSON that is compressed", (body) => gzipSync(json(body)), { "content-encoding": "gzip" }),
  token("JSON with keys twice", (body) => `{"access_token":null,${json(body).slice(1)}`),
  token("a form", form, { "content-type": "application/x-www-form-urlencoded" }),
  token("a form with a charset", form, {
    "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
  }),
  token("a form labelled in capitals", form, {
    "content-type": "Application/X-WWW-Form-URLEncoded",
  }),
  token("an extra __proto__", (body) => `{"__proto__":{"polluted":true},${json(body).slice(1)}`),
  broken("a form labelled as JSON", form),
  broken("JSON labelled as a form", json, { "content-type": "application/x-www-form-urlencoded" }),
  broken("HTML", (_body, canary) => `<html>${canary}</html>`, { "content-type": "text/html" }),
  broken("nothing", () => ""),
  broken("truncated JSON", (body) => json(body).slice(0, -12)),
  broken("JSON twice", (body) => json(body) + json(body)),
  broken("JSON in quotes", (body) => JSON.stringify(json(body))),
  broken("a list", (body) => `[${json(body)}]`),
  broken("null", () => "null"),
  broken("tokens under __proto__", (body) => `{"__proto__":${json(body)}}`),
  broken("bytes that are no text", (_body, canary) =>
    Buffer.from([0xff, 0xfe, ...Buffer.from(canary)]),
  ),
  broken("deeply nested JSON", (_body, canary) => `${"[".repeat(100_000)}"${canary}"`),
  broken("5 MB of JSON", (body) => padded(body, fiveMegabytes)),
  broken("a gzip bomb", (body) => gzipSync(padded(body, sixtyFourMegabytes), { level: 1 }), {
    "content-encoding": "gzip",
  }),
  broken(
    "a Brotli bomb",
    (body) => brotliCompressSync(padded(body, sixtyFourMegabytes), fastBrotli),
    {
      "content-encoding": "br",
    },
  ),
  broken("a bomb in a bomb", (body) => gzipSync(gzipSync(padded(body, sixtyFourMegabytes))), {
    "content-encoding": "gzip, gzip",
  }),
  broken("said to be compressed and is not", json, { "content-encoding": "gzip" }),
  broken("compressed and not said to be", (body) => gzipSync(json(body))),
  broken("compressed and truncated", (body) => gzipSync(json(body)).subarray(0, -12), {
    "content-encoding": "gzip",
  }),
];

/** Connections that are slow, or end before they should. */
const connectionMisbehaviours: readonly Misbehaviour[] = [
  connection("the connection is reset before the server acts", { lostAnswer: "before-commit" }),
  connection("the connection is reset after the server acted", { lostAnswer: "after-commit" }),
  connection("the connection is reset in the body", { breaks: "reset-in-body" }),
  connection("the connection ends in the body", {
    headers: { "content-length": "100000" },
    breaks: "close-in-body",
  }),
  connection("the answer is not HTTP", { insteadOfHttp: "+PONG\r\n" }),
  connection("a header is longer than bearable", { headers: { "x-long": "x".repeat(100_000) } }),
  endless("no head ever comes", { breaks: "silence-before-head" }),
  endless("the body never ends", { breaks: "silence-in-body" }),
  endless("the body drips", { body: " ".repeat(1_000_000), dripMs: 5 }),
];

/** Answers that are no answers: other forms, other sizes, broken connections. */
export const transportMisbehaviours: readonly Misbehaviour[] = [
  ...bodyMisbehaviours,
  ...connectionMisbehaviours,
  {
    name: "the answer is late",
    requirement: "TR-04",
    kind: "token",
    answer: () => ({ delayMs: 20 }),
  },
  {
    name: "the body comes byte by byte",
    requirement: "TR-04",
    kind: "token",
    answer: () => ({ dripMs: 0 }),
  },
];

function token(
  what: string,
  write: (body: Body) => string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
): Misbehaviour {
  const answer = rewritten(write, headers);
  return { name: `the body is ${what}`, requirement: "TR-04", kind: "token", answer };
}

function broken(
  what: string,
  write: (body: Body, canary: string) => string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
): Misbehaviour {
  return {
    name: `the body is ${what}`,
    requirement: "TR-04",
    kind: "transient",
    answer: rewritten((body, { canary }) => write(body, canary), headers),
  };
}

function connection(name: string, answer: RawAnswer): Misbehaviour {
  return { name, requirement: "TR-07", kind: "transient", answer: () => answer };
}

function endless(name: string, answer: RawAnswer): Misbehaviour {
  return { ...connection(name, answer), isEndless: true };
}

function json(body: Body): string {
  return JSON.stringify(body);
}

function form(body: Body): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) fields.set(name, String(value));
  return fields.toString();
}

function padded(body: Body, bytes: number): string {
  return `${json(body).slice(0, -1)},"padding":"${" ".repeat(bytes)}"}`;
}
