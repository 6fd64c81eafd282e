import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { apiKey, bearer, RestApiTool, type RestApiToolOptions } from "../src/index.js";
import { useApi } from "./api.js";
import { everyAuth, secret } from "./every-auth.js";

const api = useApi();
let answer: (request: Request) => Response;

beforeEach(() => {
  answer = () => Response.json({});
  api.answer((request) => answer(request));
});

function createTool(path: string, options: Partial<RestApiToolOptions> = {}): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: api.origin + path,
    allowInsecureLoopback: true,
    ...options,
  });
}

describe("RT-07 what comes back", () => {
  const tool = (options: Partial<RestApiToolOptions> = {}) =>
    createTool("/", { auth: bearer({ token: secret }), ...options });

  it("RT-07 a response that echoes the credential is redacted in every spelling", async () => {
    const unicode = [...secret]
      .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
    const spellings = [
      JSON.stringify({ headers: { Authorization: `Bearer ${secret}` }, list: [secret, 1, null] }),
      JSON.stringify({ [secret]: secret }),
      `{"slash":"${secret.replaceAll("/", "\\/")}"}`,
      `{"unicode":"${unicode}"}`,
      `{"dotnet":"${secret.replaceAll("+", "\\u002B").replaceAll("=", "\\u003d")}"}`,
      JSON.stringify({ url: `https://x/?t=${encodeURIComponent(secret)}&u=${secret}` }),
      JSON.stringify(JSON.stringify(secret.replaceAll("/", "\\/"))),
    ];
    for (const status of [200, 400, 500]) {
      for (const type of ["application/json", "text/plain", "application/problem+json"]) {
        for (const body of spellings) {
          if (type === "text/plain" && body.includes(unicode)) continue;
          answer = () => new Response(body, { status, headers: { "content-type": type } });
          const result = await tool().execute({});
          const shown = JSON.stringify(result);
          expect(shown).toContain("[redacted]");
          expect(shown).not.toContain("0123456789abcdef");
          expect(shown).not.toContain(encodeURIComponent(secret));
        }
      }
    }
  });

  it.each(everyAuth)("RT-07 %s is redacted where the API echoes all it got", async (_, auth) => {
    answer = (request) => Response.json({ url: request.url, headers: [...request.headers] });
    const shown = JSON.stringify(await createTool("/", { auth: auth() }).execute({}));
    expect(shown).toContain("[redacted]");
    expect(shown).not.toContain("0123456789abcdef");
    expect(shown).not.toContain(Buffer.from(`agent:${secret}`).toString("base64"));
  });

  it("RT-07 a secret of digits is redacted as a JSON number, too", async () => {
    answer = () => Response.json({ key: 1234567890, other: 12 });
    const auth = apiKey({ in: "query", name: "key", value: "1234567890" });
    expect(await createTool("/", { auth }).execute({})).toMatchObject({
      data: { key: "[redacted]", other: 12 },
    });
  });

  it("RT-07 an answer past the limit is cut, and says so", async () => {
    answer = () => Response.json({ text: "x".repeat(5000) });
    const result = await tool({ maximumResponseBytes: 1000 }).execute({});
    expect(result).toMatchObject({ status: "ok", truncatedAfterBytes: 1000 });
    expect(result).toHaveProperty("data", `{"text":"${"x".repeat(1000 - 9)}`);
    expect(await tool().execute({})).not.toHaveProperty("truncatedAfterBytes");
  });

  it("RT-07 a cut never leaves a part of the credential", async () => {
    for (const echoes of [1, 3]) {
      const body = `${"é".repeat(20)}${`${secret} `.repeat(echoes)}${"y".repeat(400)}`;
      answer = () => new Response(body, { headers: { "content-type": "text/plain" } });
      for (let limit = 40; limit < 40 + echoes * (secret.length + 1); limit += 1) {
        const result = await tool({ maximumResponseBytes: limit }).execute({});
        const data = "data" in result ? String(result.data) : "";
        expect(data.replaceAll("[redacted]", "").replaceAll(/[é ]/g, "")).toBe("");
      }
    }
  });

  it("RT-07 an endless answer is not read to its end", async () => {
    let sent = 0;
    answer = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1;
            controller.enqueue(new Uint8Array(65_536).fill(120));
          },
        }),
        { headers: { "content-type": "text/plain" } },
      );
    const result = await tool({ maximumResponseBytes: 100_000 }).execute({});
    expect(result).toMatchObject({ status: "ok", truncatedAfterBytes: 100_000 });
    expect(sent).toBeLessThan(500);
  });

  it("an encoding that is none leaves the answer as it is", async () => {
    const headers = { "content-encoding": "utf-8", "content-type": "application/json" };
    answer = () => new Response("[1]", { headers });
    expect(await tool().execute({})).toMatchObject({ data: [1] });
  });

  it("RT-07 the limit counts what a compressed answer unpacks to", async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, "x"));
    answer = () =>
      new Response(bomb, { headers: { "content-encoding": "gzip", "content-type": "text/plain" } });
    const result = await tool({ maximumResponseBytes: 1000 }).execute({});
    expect(result).toMatchObject({ status: "ok", truncatedAfterBytes: 1000 });
    expect("data" in result && String(result.data)).toBe("x".repeat(1000));
  });

  it.each(["image/jpeg", "application/x-unheard-of"])(
    "what is no text comes as base64: %j",
    async (type) => {
      const headers = { "content-type": type };
      answer = () => new Response(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), { headers });
      expect(await tool().execute({})).toMatchObject({
        data: { contentType: type, bytes: 4, base64: "/9j/4A==" },
      });
      expect(await tool({ maximumResponseBytes: 3 }).execute({})).toMatchObject({
        data: { bytes: 3, base64: "/9j/" },
        truncatedAfterBytes: 3,
      });
    },
  );

  it("RT-07 base64 does not hide the credential", async () => {
    const image = { headers: { "content-type": "image/png" } };
    answer = () => new Response(Buffer.concat([Buffer.from([255, 0]), Buffer.from(secret)]), image);
    const result = await tool().execute({});
    expect(result).toMatchObject({ data: expect.stringContaining("holds the credential") });
    expect(JSON.stringify(result)).not.toContain("0123456789abcdef");
  });

  it.each<[string, (text: string) => Buffer]>([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
  ])("an answer packed with %s is unpacked", async (encoding, pack) => {
    const packed = pack(JSON.stringify({ echo: secret }));
    const headers = { "content-encoding": encoding, "content-type": "application/json" };
    answer = () => new Response(packed, { headers });
    expect(await tool().execute({})).toMatchObject({ data: { echo: "[redacted]" } });
    expect(api.seen[0]?.headers.get("accept-encoding")).toContain(encoding);
    answer = () => new Response(packed.subarray(0, -6), { headers });
    expect(await tool({ retries: 0 }).execute({})).toMatchObject({ error: "network_error" });
  });

  it("an answer without body is null, a broken or endlessly nested JSON is text", async () => {
    answer = () => new Response(null, { status: 204 });
    expect(await tool().execute({})).toEqual({ status: "ok", httpStatus: 204, data: null });
    const json = { headers: { "content-type": "application/json" } };
    answer = () => new Response("{broken", json);
    expect(await tool().execute({})).toMatchObject({ data: "{broken" });
    const deep = `${"[".repeat(100_000)}"${secret}"${"]".repeat(100_000)}`;
    answer = () => new Response(deep, json);
    const result = await tool().execute({});
    expect(result).toMatchObject({ status: "ok" });
    expect("data" in result && String(result.data).slice(99_990, 100_020)).toContain("[redacted]");
  });

  it("a name such as __proto__ in an answer stays data", async () => {
    answer = () =>
      new Response(`{"__proto__":{"polluted":"${secret}"}}`, {
        headers: { "content-type": "application/json" },
      });
    const result = await tool().execute({});
    expect(JSON.stringify(result)).toContain('"__proto__":{"polluted":"[redacted]"}');
    expect(result).not.toHaveProperty("polluted");
  });
});
