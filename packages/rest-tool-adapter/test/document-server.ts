import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

type Json = Record<string, unknown>;

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Json;
}

/** An operation as the document has it, with what finds requests that mean it. */
interface Served {
  readonly method: string;
  readonly path: string;
  readonly expression: RegExp;
  readonly parameters: readonly Parameter[];
  readonly body: Json | undefined;
}

/**
 * An API that answers as its document says: 200 to a request that the document describes, else 400 with
 * what is wrong. It reads the document for itself, so that it shares no mistake with the toolset.
 */
export async function serveDocument(document: Json): Promise<HttpServer> {
  const checker = new DocumentChecker(document);
  return startHttpServer(async (request) => {
    const fault = await checker.findFault(request);
    return fault === undefined
      ? Response.json({ served: true })
      : Response.json({ fault }, { status: 400 });
  });
}

class DocumentChecker {
  readonly #document: Json;
  readonly #ajv: Ajv2020;
  readonly #served: readonly Served[];
  readonly #validators = new Map<Json, ValidateFunction>();

  constructor(document: Json) {
    this.#document = document;
    this.#served = this.#readPaths().sort((one, other) => placeholders(one) - placeholders(other));
    const { components } = document;
    // Numbers and booleans arrive as texts in the query.
    this.#ajv = new Ajv2020({
      strict: false,
      validateSchema: false,
      coerceTypes: "array",
      logger: false,
    });
    this.#ajv.addSchema(withAnyOf({ components }), "document");
  }

  async findFault(request: Request): Promise<string | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    const served = this.#served.find(
      ({ method, expression }) => method === request.method && expression.test(pathname),
    );
    if (served === undefined) return `no operation is ${request.method} ${pathname}`;
    const path = served.expression.exec(pathname)?.groups ?? {};
    for (const { in: place, name, required, schema } of served.parameters) {
      // OpenAPI says to ignore these.
      if (/^(?:accept|content-type|authorization)$/i.test(name)) continue;
      const given =
        place === "path"
          ? [decodeURIComponent(path[groupName(name)] ?? "")]
          : place === "query"
            ? searchParams.getAll(name)
            : [request.headers.get(name) ?? ""].filter((text) => text !== "");
      if (required && given.length === 0) return `${place} parameter ${name} is missing`;
      if (given.length === 0 || schema === undefined) continue;
      const value = this.#isList(schema) ? given.flatMap((text) => text.split(",")) : given[0];
      const fault = this.#findFaultOf(value, schema);
      if (fault !== undefined) return `${place} parameter ${name}: ${fault}`;
    }
    const names = served.parameters.filter((one) => one.in === "query").map(({ name }) => name);
    const extra = [...searchParams.keys()].find((name) => !names.includes(name));
    if (extra !== undefined) return `query parameter ${extra} is not of the document`;
    return this.#findFaultInBody(served, request);
  }

  async #findFaultInBody({ body }: Served, request: Request): Promise<string | undefined> {
    const text = await request.text();
    if (text === "") return body?.["required"] === true ? "the body is missing" : undefined;
    if (body === undefined) return "there is a body, and the document has none";
    const content = body["content"] as Record<string, { readonly schema?: Json }>;
    const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
    const media = content[type];
    if (media === undefined) return `the body is ${type}, and the document has no such`;
    if (!/json/.test(type) || media.schema === undefined) return undefined;
    return this.#findFaultOf(JSON.parse(text), media.schema);
  }

  #findFaultOf(value: unknown, schema: Json): string | undefined {
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(atDocument(schema));
    this.#validators.set(schema, validate);
    return validate({ value }) ? undefined : this.#ajv.errorsText(validate.errors);
  }

  #isList(schema: Json): boolean {
    return this.#follow(schema)["type"] === "array";
  }

  #readPaths(): Served[] {
    const paths = this.#document["paths"] as Record<string, Json>;
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => /^(?:get|put|post|patch|delete|head)$/.test(method))
        .map(([method, operation]) => this.#readOperation(method, path, item, operation as Json)),
    );
  }

  #readOperation(method: string, path: string, item: Json, operation: Json): Served {
    const list = [item, operation].flatMap(({ parameters }) => (parameters ?? []) as Json[]);
    const body = operation["requestBody"] as Json | undefined;
    const pattern = path
      .split(/\{([^}]*)\}/)
      .map((part, index) =>
        index % 2 === 1
          ? `(?<${groupName(part)}>[^/]+)`
          : part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"),
      );
    return {
      method: method.toUpperCase(),
      path,
      expression: new RegExp(`^${pattern.join("")}$`),
      parameters: list.map((parameter) => this.#follow(parameter) as unknown as Parameter),
      body: body && this.#follow(body),
    };
  }

  #follow(value: Json): Json {
    const reference = value["$ref"];
    if (typeof reference !== "string") return value;
    const target = reference
      .split("/")
      .slice(1)
      .reduce<unknown>((at, name) => (at as Json)[name.replaceAll("~1", "/")], this.#document);
    return this.#follow(target as Json);
  }
}

/**
 * A schema of the document where its references lead to the document. Of several alternatives one is
 * enough: a text in the query may be read as more than one of them.
 */
function atDocument(schema: Json): object {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/');
  return { type: "object", properties: { value: withAnyOf(JSON.parse(text)) } };
}

function withAnyOf(schema: unknown): object {
  const text = JSON.stringify(schema).replaceAll('"oneOf":', '"anyOf":');
  return JSON.parse(text, (_, value: Json | null) => {
    // The validator knows null of OpenAPI 3.0 beside a type only.
    if (value?.["nullable"] !== true || value["type"] !== undefined) return value;
    const { nullable: _nullable, ...rest } = value;
    return { anyOf: [rest, { type: "null" }] };
  });
}

function groupName(name: string): string {
  return `p_${name.replace(/\W/g, "_")}`;
}

function placeholders({ path }: Served): number {
  return path.split("{").length;
}
