import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { openApiWorld } from "./api-world.js";

it("describes itself by a valid OpenAPI 3.1 document, to anybody", async () => {
  const { ask } = openApiWorld();
  const response = await ask("GET", "/openapi.json", { bearer: "" });
  expect(response.status).toBe(200);
  const document = (await response.json()) as Record<string, unknown>;
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  expect(document).toMatchObject({
    openapi: "3.1.0",
    servers: [{ url: "http://127.0.0.1:3000" }],
    security: [{ client: [] }],
    components: {
      schemas: {
        StartAuthorization: { required: ["provider", "userId"], additionalProperties: false },
      },
      securitySchemes: { client: { type: "http", scheme: "bearer" } },
    },
  });
  const operations = Object.entries(document["paths"] as object).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations.sort()).toEqual([
    "DELETE /api/v1/connections/{id}",
    "GET /api/v1/authorizations/{id}",
    "GET /api/v1/connections",
    "POST /api/v1/authorizations",
  ]);
});
