import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  apiKey,
  bearer,
  type ParametersSchema,
  RestApiTool,
  type RestApiToolOptions,
} from "../src/index.js";
import { everyAuth, secret } from "./every-auth.js";

interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

let api: HttpServer;
let elsewhere: HttpServer;
let answer: (request: Request) => Response;
let atApi: SeenRequest[];
let atElsewhere: SeenRequest[];

beforeEach(async () => {
  atApi = [];
  atElsewhere = [];
  answer = () => Response.json({});
  const record = async (into: SeenRequest[], request: Request) => {
    const { method, headers } = request;
    into.push({ method, url: new URL(request.url), headers, body: await request.text() });
  };
  api = await startHttpServer(async (request) => {
    await record(atApi, request);
    return answer(request);
  });
  elsewhere = await startHttpServer(async (request) => {
    await record(atElsewhere, request);
    return Response.json({});
  });
});

afterEach(async () => {
  await Promise.all([api.stop(), elsewhere.stop()]);
});

function createTool(path: string, options: Partial<RestApiToolOptions> = {}): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: api.url + path,
    allowInsecureLoopback: true,
    ...options,
  });
}

const id: ParametersSchema = {
  type: "object",
  properties: { id: { type: "string" } },
  required: ["id"],
};

describe("RT-01 a path argument cannot leave its segment", () => {
  it.each([
    "..",
    ".",
    "",
    "../admin",
    "a/b",
    "/",
    "%2e%2e",
    "%2E.",
    "%2e",
    "..%2fadmin",
    "a%2Fb",
    "a%252fb",
    "a%25252Fb",
    "%25%32%66",
    "a\\b",
    "..\\admin",
    "a%5cb",
    "..;",
    "..;/admin",
    "a%00b",
    "a\nb",
    "%252e%252e",
  ])("RT-01 %j is refused and nothing is sent", async (value) => {
    const tool = createTool("/users/{id}/events", { parameters: id });
    expect(await tool.execute({ id: value })).toMatchObject({
      status: "error",
      error: "invalid_arguments",
      message: expect.stringContaining('"id"'),
    });
    expect(atApi).toEqual([]);
  });

  it("RT-01 two harmless arguments cannot make a dot segment together", async () => {
    const tool = createTool("/users/{id}{rest}", {
      parameters: {
        type: "object",
        properties: { id: { type: "string" }, rest: { type: "string" } },
        required: ["id", "rest"],
      },
    });
    expect(await tool.execute({ id: ".", rest: "." })).toMatchObject({ status: "error" });
    expect(atApi).toEqual([]);
  });

  it("RT-01 ordinary identifiers with dots and signs pass unchanged", async () => {
    const tool = createTool("/users/{id}", { parameters: id });
    for (const value of ["main...feature", "a.b@example.com", "100%", "~user", "a;b", "…"]) {
      expect(await tool.execute({ id: value })).toMatchObject({ status: "ok" });
    }
    expect(atApi.map(({ url }) => decodeURIComponent(url.pathname))).toEqual(
      ["main...feature", "a.b@example.com", "100%", "~user", "a;b", "…"].map(
        (value) => `/users/${value}`,
      ),
    );
  });
});

describe("RT-01 a path argument of several segments stays below where it stands", () => {
  const file = (options: object = {}) =>
    createTool("/repos/{id}/contents", {
      parameters: id,
      parameterLocations: { id: { in: "path", multiSegment: true, ...options } },
    });

  it.each([
    ["docs/readme.md", "docs/readme.md"],
    ["docs/a b#c?d.md", "docs/a%20b%23c%3Fd.md"],
    ["readme.md", "readme.md"],
    ["a/.b/..c/d..", "a/.b/..c/d.."],
  ])("RT-01 %j is sent segment by segment", async (value, sent) => {
    expect(await file().execute({ id: value })).toMatchObject({ status: "ok" });
    expect(atApi.map(({ url }) => url.pathname)).toEqual([`/repos/${sent}/contents`]);
  });

  it.each([
    "",
    "/",
    "/docs",
    "docs/",
    "a//b",
    "..",
    "docs/../../admin",
    "docs/.",
    "docs/%2e%2e/admin",
    "docs/..;/admin",
    "docs%2fadmin",
    "docs\\..\\admin",
  ])("RT-01 %j is refused and nothing is sent", async (value) => {
    for (const tool of [file(), file({ allowReserved: true })]) {
      expect(await tool.execute({ id: value })).toMatchObject({
        status: "error",
        error: "invalid_arguments",
        message: expect.stringContaining('"docs/readme.md"'),
      });
    }
    expect(atApi).toEqual([]);
  });

  it("is refused where there are no segments", () => {
    const options = {
      parameters: id,
      parameterLocations: { id: { in: "query", multiSegment: true } },
    } as const;
    expect(() => createTool("/files", options)).toThrow(/"id" is given multiSegment.*leave it out/);
  });
});

describe("RT-02 no argument changes the origin", () => {
  it.each([
    "//elsewhere.example",
    "https://elsewhere.example/",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
  ])("RT-02 %j is refused in the path", async (value) => {
    const tool = createTool("/{id}", { parameters: id });
    expect(await tool.execute({ id: value })).toMatchObject({ error: "invalid_arguments" });
    expect(atApi).toEqual([]);
  });

  it.each(["@elsewhere.example", ":80@elsewhere.example", ".elsewhere.example"])(
    "RT-02 %j directly after the host stays in the path",
    async (value) => {
      // "{id}" follows the port: "http://127.0.0.1:80{id}" would be the dangerous template.
      expect(() => createTool("{id}", { parameters: id })).toThrow("outside its path");
      const tool = createTool("/{id}", { parameters: id });
      expect(await tool.execute({ id: value })).toMatchObject({ status: "ok" });
      expect(decodeURIComponent(atApi[0]?.url.pathname ?? "")).toBe(`/${value}`);
    },
  );

  it("RT-02 an absolute URL is an ordinary value in the query", async () => {
    const tool = createTool("/", { parameters: id });
    await tool.execute({ id: "https://elsewhere.example/?a=b#c" });
    expect(atApi[0]?.url.searchParams.get("id")).toBe("https://elsewhere.example/?a=b#c");
  });
});

describe("RT-03 redirects", () => {
  it.each(everyAuth)("RT-03 %s never reaches another origin", async (_, createAuth) => {
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of [`${elsewhere.url}/take`, elsewhere.url.replace("http:", "")]) {
        answer = () => new Response(null, { status, headers: { location } });
        const result = await createTool("/", { auth: createAuth() }).execute({});
        expect(result).toMatchObject({ status: "error", error: "redirect_refused" });
        expect(JSON.stringify(result)).not.toContain(secret);
      }
    }
    expect(atApi).toHaveLength(10);
    expect(atElsewhere).toEqual([]);
  });

  it.each(everyAuth)("RT-03 %s stays within the origin", async (_, createAuth) => {
    answer = (request) =>
      new URL(request.url).pathname === "/moved"
        ? Response.json({ moved: true })
        : new Response(null, { status: 302, headers: { location: "moved?a=b" } });
    const result = await createTool("/old", { auth: createAuth() }).execute({});
    expect(result).toMatchObject({ status: "ok", data: { moved: true } });
    const [first, second] = atApi;
    expect(second?.url.searchParams.get("a")).toBe("b");
    expect(second?.url.searchParams.get("key")).toBe(first?.url.searchParams.get("key"));
    for (const name of ["authorization", "x-api-key", "cookie"]) {
      expect(second?.headers.get(name)).toBe(first?.headers.get(name));
    }
  });

  it("RT-03 a redirect to another port, or with a user name, is still checked", async () => {
    const tool = createTool("/", { auth: bearer({ token: secret }) });
    const { port } = new URL(elsewhere.url);
    for (const location of [`//127.0.0.1:${port}/`, `http://api@127.0.0.1:${port}/`, "https://["]) {
      answer = () => new Response(null, { status: 307, headers: { location } });
      expect(await tool.execute({})).toMatchObject({ error: "redirect_refused" });
    }
    expect(atElsewhere).toEqual([]);
  });

  it("RT-03 five redirects are followed, a sixth is not", async () => {
    let left = 5;
    answer = () =>
      left-- > 0
        ? new Response(null, { status: 302, headers: { location: "/" } })
        : Response.json("end");
    expect(await createTool("/").execute({})).toMatchObject({ status: "ok", data: "end" });
    left = 6;
    expect(await createTool("/").execute({})).toMatchObject({
      error: "redirect_refused",
      message: expect.stringContaining("more than 5 times"),
    });
  });

  it("a POST becomes a GET without body on 303 and stays itself on 307", async () => {
    const tool = createTool("/", {
      method: "POST",
      parameters: id,
    });
    for (const [status, method, body] of [
      [303, "GET", ""],
      [307, "POST", '{"id":"1"}'],
    ] as const) {
      answer = (request) =>
        request.url.endsWith("/next")
          ? Response.json({})
          : new Response(null, { status, headers: { location: "/next" } });
      await tool.execute({ id: "1" });
      expect(atApi.at(-1)).toMatchObject({ method, body });
      expect(atApi.at(-1)?.headers.has("content-type")).toBe(body !== "");
    }
  });
});

describe("RT-04 headers", () => {
  it.each(["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\u2028b", "日本"])(
    "RT-04 %j is refused as a header's value",
    async (value) => {
      const tool = createTool("/", {
        parameters: { type: "object", properties: { "X-Note": { type: "string" } } },
        parameterLocations: { "X-Note": "header" },
      });
      expect(await tool.execute({ "X-Note": value })).toMatchObject({
        error: "invalid_arguments",
        message: expect.stringContaining('"X-Note"'),
      });
      expect(atApi).toEqual([]);
    },
  );

  it.each([
    "Authorization",
    "authorization",
    "Host",
    "Cookie",
    "Set-Cookie",
    "Content-Length",
    "Content-Type",
    "Transfer-Encoding",
    "Connection",
    "DPoP",
    "Proxy-Authorization",
    "Proxy-Anything",
    "Sec-Fetch-Site",
    "X-Forwarded-Host",
    "Forwarded",
    "TE",
    "Upgrade",
  ])("RT-04 a parameter cannot be the header %s", (name) => {
    expect(() =>
      createTool("/", {
        parameters: { type: "object", properties: { [name]: { type: "string" } } },
        parameterLocations: { [name]: "header" },
      }),
    ).toThrow("the model must not set");
  });

  it("RT-04 a model that sets Authorization, Host or Cookie by itself is refused", async () => {
    const tool = createTool("/", { auth: bearer({ token: secret }), parameters: id });
    for (const name of ["Authorization", "Host", "Cookie", "headers"]) {
      expect(await tool.execute({ id: "1", [name]: "evil" })).toMatchObject({
        error: "invalid_arguments",
        message: expect.stringContaining(JSON.stringify(name)),
      });
    }
    expect(atApi).toEqual([]);
  });

  it("RT-04 a parameter cannot take the credential's place", () => {
    const places = [
      ["header", "x-api-key", apiKey({ in: "header", name: "X-Api-Key", value: secret })],
      ["query", "key", apiKey({ in: "query", name: "key", value: secret })],
    ] as const;
    for (const [location, name, auth] of places) {
      expect(() =>
        createTool("/", {
          auth,
          parameters: { type: "object", properties: { [name]: { type: "string" } } },
          parameterLocations: { [name]: location },
        }),
      ).toThrow("the credential has this name already");
    }
  });

  it("RT-04 a header that the tool sets is nobody else's to set, however it is written", () => {
    expect(() =>
      createTool("/", {
        headers: { "X-Tenant": "acme" },
        parameters: { type: "object", properties: { "x-tenant": { type: "string" } } },
        parameterLocations: { "x-tenant": "header" },
      }),
    ).toThrow('the parameter "x-tenant" goes to a header that headers sets for every call');
  });

  it.each(["Authorization", "Cookie", "Host", "Content-Length"])(
    "RT-04 a fixed header %s is refused: credentials belong into auth",
    (name) => {
      expect(() => createTool("/", { headers: { [name]: secret } })).toThrow(
        `headers.${name} must not be set here`,
      );
    },
  );
});
