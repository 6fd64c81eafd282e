import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RequestBodyOptions, RestApiTool } from "../src/index.js";

let api: HttpServer;
const seen: Request[] = [];

beforeAll(async () => {
  api = await startHttpServer(async (request) => {
    const { url, method, headers } = request;
    seen.push(new Request(url, { method, headers, body: await request.arrayBuffer() }));
    return Response.json({});
  });
});
afterEach(() => {
  seen.length = 0;
});
afterAll(() => api.stop());

/** Sends one request with these arguments in its body, and gives what arrived. */
async function send(body: RequestBodyOptions, values: Record<string, unknown>): Promise<Request> {
  const tool = new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "POST",
    url: `${api.url}/a`,
    parameters: {
      type: "object",
      properties: Object.fromEntries(Object.keys(values).map((name) => [name, {}])),
    },
    body,
    allowInsecureLoopback: true,
  });
  const result = await tool.execute(values);
  if (result.status === "error") throw new Error(result.error);
  return seen[0] ?? Promise.reject(new Error("Nothing arrived."));
}

function refuse(body: RequestBodyOptions, values: Record<string, unknown>) {
  return expect(send(body, values)).rejects.toThrow("invalid_arguments");
}

describe("JSON", () => {
  it.each([[["a", 1]], ["text"], [5], [null], [{ a: 1 }]])(
    "one argument is the whole body: %j",
    async (value) => {
      const contentType = "application/vnd.api+json";
      const request = await send({ contentType, parameter: "value" }, { value });
      expect(request.headers.get("content-type")).toBe(contentType);
      expect(await request.json()).toEqual(value);
    },
  );

  it("what is not the body goes to the query then", async () => {
    const request = await send({ parameter: "value" }, { value: [1], dry: true });
    expect(new URL(request.url).search).toBe("?dry=true");
    expect(await request.json()).toEqual([1]);
  });
});

describe("forms", () => {
  const contentType = "application/x-www-form-urlencoded";

  it("properties are pairs; objects in them are JSON where nothing else is said", async () => {
    const values = { name: "Zoë & co", tags: ["a b", "c"], on: true, none: null, where: { x: 1 } };
    const request = await send({ contentType }, values);
    expect(request.headers.get("content-type")).toBe(contentType);
    expect([...new URLSearchParams(await request.text())]).toEqual([
      ["name", "Zoë & co"],
      ["tags", "a b"],
      ["tags", "c"],
      ["on", "true"],
      ["where", '{"x":1}'],
    ]);
  });

  it("an encoding gives a property its style", async () => {
    const request = await send(
      {
        contentType,
        encoding: {
          items: { style: "deepObject" },
          tags: { explode: false },
          map: { style: "form" },
          text: { contentType: "application/json" },
        },
      },
      { items: [{ price: "p1", quantity: 2 }], tags: ["a", "b,c"], map: { k: "v" }, text: "x" },
    );
    expect(await request.text()).toBe(
      "items%5B0%5D%5Bprice%5D=p1&items%5B0%5D%5Bquantity%5D=2&tags=a,b%2Cc&k=v&text=%22x%22",
    );
  });

  it("one argument holds all properties where it is the whole body", async () => {
    const request = await send({ contentType, parameter: "form" }, { form: { a: 1, b: "2" } });
    expect(await request.text()).toBe("a=1&b=2");
    await refuse({ contentType, parameter: "form" }, { form: "a=1" });
  });
});

describe("multipart", () => {
  const contentType = "multipart/form-data";
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10]);

  it("files, texts, lists and objects arrive as what they are", async () => {
    const request = await send(
      { contentType, encoding: { photo: { contentType: "image/png" } } },
      {
        title: "Zoë",
        count: 3,
        none: null,
        meta: { a: 1 },
        photo: { filename: 'a"b.png', base64: png.toString("base64") },
        notes: [{ text: "one", filename: "1.md", contentType: "text/markdown" }, { text: "two" }],
      },
    );
    const form = await request.formData();
    expect(form.get("title")).toBe("Zoë");
    expect(form.get("count")).toBe("3");
    expect(form.has("none")).toBe(false);
    expect(form.get("meta")).toBe('{"a":1}');
    const photo = form.get("photo") as File;
    expect([photo.name, photo.type]).toEqual(['a"b.png', "image/png"]);
    expect(Buffer.from(await photo.arrayBuffer())).toEqual(png);
    const notes = form.getAll("notes") as File[];
    expect(notes.map(({ name, type }) => [name, type])).toEqual([
      ["1.md", "text/markdown"],
      ["file", "text/plain"],
    ]);
    expect(await notes[0]?.text()).toBe("one");
  });

  it("an object is sent as a JSON part, and its type says so", async () => {
    const text = await (await send({ contentType }, { meta: { a: 1 } })).text();
    expect(text).toContain('name="meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n');
  });

  it.each([
    { base64: "not base64!" },
    { base64: "aaaa", filename: "a\r\nX-Evil: 1" },
    { base64: "aaaa", filename: "../../etc/passwd" },
    { base64: "aaaa", contentType: "text/plain\r\nX-Evil: 1" },
    { text: 5, filename: 5 },
  ])("RT-04 %j is refused, and nothing is sent", async (file) => {
    await refuse({ contentType }, { file });
    expect(seen).toEqual([]);
  });
});

describe("other bodies", () => {
  it("text is sent as it is", async () => {
    for (const contentType of ["text/plain", "application/xml", "image/svg+xml; charset=utf-8"]) {
      seen.length = 0;
      const request = await send({ contentType, parameter: "text" }, { text: "<a>é</a>" });
      expect(request.headers.get("content-type")).toBe(contentType);
      expect(await request.text()).toBe("<a>é</a>");
    }
    await refuse({ contentType: "text/plain", parameter: "text" }, { text: { a: 1 } });
  });

  it("bytes are given as base64", async () => {
    const body = { contentType: "application/octet-stream", parameter: "bytes" };
    const request = await send(body, { bytes: Buffer.from([0, 255, 1]).toString("base64") });
    expect([...new Uint8Array(await request.arrayBuffer())]).toEqual([0, 255, 1]);
    await refuse(body, { bytes: "data:image/png;base64,AAAA" });
    await refuse(body, { bytes: 5 });
  });
});
