import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, expect, it } from "vitest";
import { type ApiKeyOptions, apiKey, basic, bearer, type ToolAuth } from "../src/index.js";
import { OpenApiToolset, type OpenApiToolsetOptions } from "../src/openapi/index.js";
import { serveDocument } from "./document-server.js";
import { sampleArguments } from "./sample-arguments.js";

type Document = Record<string, unknown>;
type Scheme = Omit<ApiKeyOptions, "value"> & { readonly type: string; readonly scheme?: string };

const require = createRequire(import.meta.url);
const github = require.resolve("@octokit/openapi/generated/api.github.com.json");
const examples = join(require.resolve("@readme/oas-examples/package.json"), "..");
const ajv = new Ajv2020({ strict: false, validateFormats: false });
let server: HttpServer | undefined;
afterEach(() => server?.stop());

function read(path: string): Document {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Something for each security scheme of a document. */
function authFor({ components }: Document): Record<string, ToolAuth> {
  const { securitySchemes = {} } = (components ?? {}) as Record<string, Record<string, Scheme>>;
  return Object.fromEntries(
    Object.entries(securitySchemes).map(([name, scheme]) => [name, authOf(scheme)]),
  );
}

function authOf(given: Scheme): ToolAuth {
  if (given.type === "apiKey") return apiKey({ ...given, value: "canary" });
  if (given.scheme === "basic") return basic({ username: "agent", password: "canary" });
  return bearer({ token: "canary" });
}

/** Every tool must be one that any model and provider takes. */
function expectFitTools({ tools }: OpenApiToolset): void {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  for (const { name, description, parameters } of tools) {
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(description.length).toBeGreaterThan(0);
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(ajv.validateSchema(parameters), `${name}: ${ajv.errorsText()}`).toBe(true);
    expect(JSON.stringify(parameters).length).toBeLessThanOrEqual(20_000);
    for (const argument of Object.keys(parameters.properties ?? {})) {
      expect(argument).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
    }
  }
}

/** Calls every `step`th tool of a document at an API that checks requests against the document. */
async function callTools(
  document: Document,
  options: OpenApiToolsetOptions & { readonly step: number },
): Promise<number> {
  server = await serveDocument(document);
  const { tools } = OpenApiToolset.fromDocument(document, {
    serverUrl: server.url,
    allowInsecureLoopback: true,
    ...options,
  });
  const chosen = tools.filter((_, index) => index % options.step === 0);
  for (const tool of chosen) {
    for (const extent of ["required", "all"] as const) {
      const result = await tool.execute(sampleArguments(tool.parameters, extent));
      expect({ tool: tool.name, extent, ...result }).toMatchObject({ data: { served: true } });
    }
  }
  return chosen.length;
}

it("all of GitHub becomes tools", () => {
  const toolset = OpenApiToolset.fromDocument(read(github), { includeDeprecated: true });
  expect(toolset.tools.length).toBeGreaterThan(900);
  expectFitTools(toolset);
  const upload = toolset.get("repos_upload-release-asset");
  expect(upload?.parameters.properties).toMatchObject({
    body: { type: "string", contentEncoding: "base64" },
  });
});

it("tools of GitHub's document send what the document describes", async () => {
  expect(await callTools(read(github), { step: 5 })).toBeGreaterThan(200);
});

it("reads a file of a repository on GitHub by its whole path", async () => {
  server = await startHttpServer(({ url }) => new Response(new URL(url).pathname));
  const tool = OpenApiToolset.fromDocument(read(github), {
    serverUrl: server.url,
    allowInsecureLoopback: true,
  }).get("repos_get-content");
  const file = { owner: "octo", repo: "cat", path: "packages/core/src/index.ts" };
  expect(await tool?.execute(file)).toMatchObject({
    data: "/repos/octo/cat/contents/packages/core/src/index.ts",
  });
  expect(await tool?.execute({ ...file, path: "../../other/private" })).toMatchObject({
    error: "invalid_arguments",
  });
});

const files = ["3.0", "3.1"].flatMap((version) =>
  readdirSync(join(examples, version, "json"))
    // It has no paths.
    .filter((name) => name.endsWith(".json") && name !== "webhooks.json")
    .map((name) => `${version}/json/${name}`),
);

it.each(files)("%s becomes tools", (file) => {
  const document = read(join(examples, file));
  const toolset = OpenApiToolset.fromDocument(document, {
    serverUrl: "https://api.example.com",
    includeDeprecated: true,
    unusable: "leave-out",
    auth: authFor(document),
  });
  expectFitTools(toolset);
  for (const { path, reason } of toolset.leftOut) {
    // Fragments that tell variants of one path apart, two credentials in one header, and a security
    // scheme that the document does not have.
    expect(`${path} ${reason}`).toMatch(
      /#\S* OpenAPI|cannot go together|needs "api_key", and the document/,
    );
  }
});

it.each(["3.1/json/readme.json", "3.1/json/train-travel.json", "3.0/json/star-trek.json"])(
  "tools of %s send what the document describes",
  async (file) => {
    const document = read(join(examples, file));
    expect(await callTools(document, { auth: authFor(document), step: 1 })).toBeGreaterThan(5);
  },
);
