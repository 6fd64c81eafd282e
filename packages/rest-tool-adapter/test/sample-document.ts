import { OpenApiToolset, type OpenApiToolsetOptions } from "../src/openapi/index.js";

/** Where the API of the documents is. */
export const origin = "https://api.example.com";

/** A document with these paths; `more` replaces what else is in it. */
export function documentWith(
  paths: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: origin }],
    paths,
    ...more,
  };
}

/** A document with one operation, `POST /things` with the operationId `make`. */
export function documentOf(
  operation: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return documentWith({ "/things": { post: { operationId: "make", ...operation } } }, more);
}

/** A JSON request body with this schema. */
export function jsonBody(schema: unknown, required = true): Record<string, unknown> {
  return { requestBody: { required, content: { "application/json": { schema } } } };
}

/** The names of the tools that a document makes. */
export function toolNames(document: unknown, options?: OpenApiToolsetOptions): string[] {
  return OpenApiToolset.fromDocument(document, options).tools.map(({ name }) => name);
}
