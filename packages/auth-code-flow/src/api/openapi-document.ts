import type { ApiApp } from "./api-context.js";

/** The OpenAPI 3.1 document, from the schemas that requests are checked with. */
export function createOpenApiDocument(app: ApiApp, origin: string): object {
  app.openAPIRegistry.registerComponent("securitySchemes", "client", {
    type: "http",
    scheme: "bearer",
    description: "An API key, or a client assertion: a JWT that the client signed (RFC 7523 §3).",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "RAK OAuth",
      version: "1",
      description:
        "Starts authorizations in users' browsers, waits for them, and shows and ends connections. No token leaves over this API.",
    },
    servers: [{ url: origin }],
    security: [{ client: [] }],
  });
}
