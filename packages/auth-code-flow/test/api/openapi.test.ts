import { ConfigurationError } from "@rak-oauth/core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { createAgentApi } from "../../src/api/index.js";
import { createWorld } from "../world.js";
import { openApiWorld } from "./api-world.js";

/** A client of a tenant that is none. */
const tenant = (tenantId: unknown) => ({
  name: "bound",
  tenantId: tenantId as string,
  keys: ["b".repeat(64)],
});

it("describes itself by a valid OpenAPI 3.1 document, to anybody", async () => {
  const { ask } = await openApiWorld();
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

it("lies where its address says, and nowhere else", async () => {
  const { api, ask, key } = await openApiWorld({ apiUrl: "https://app.example/agents" });
  const response = await ask("GET", "/openapi.json", { bearer: "" });
  expect(await response.json()).toMatchObject({
    servers: [{ url: "https://app.example" }],
    paths: { "/agents/connections": {} },
  });
  expect((await ask("GET", "/connections?userId=alice")).status).toBe(200);
  const headers = { authorization: `Bearer ${key}` };
  const elsewhere = new Request("https://app.example/connections?userId=alice", { headers });
  const answer = await api.handler(elsewhere);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    detail: "There is nothing here. https://app.example/agents/openapi.json tells what is.",
  });
});

it.each([
  [{ apiUrl: "http://app.example/api" }, "apiUrl is"],
  [{ apiUrl: "https://app.example/api/" }, "without a slash at its end"],
  [{ apiUrl: "https://app.example/api?a=1" }, "apiUrl is"],
  [{ apiUrl: "/api" }, "apiUrl is"],
  [{ heartbeatMs: 0 }, "heartbeatMs is 0 and must be a positive whole number of milliseconds"],
  [{ heartbeatMs: -1 }, "heartbeatMs is -1"],
  [{ heartbeatMs: Number.NaN }, "heartbeatMs is NaN"],
  [{ heartbeatMs: Number.POSITIVE_INFINITY }, "heartbeatMs is Infinity"],
  [{ clients: [{ name: "a" }] }, "clients[1] has no way to prove itself"],
  [{ clients: [{ name: "", keys: [] }] }, "clients[1].name is missing"],
  [
    { clients: [{ name: "everything", keys: ["0".repeat(64)] }] },
    'clients[1].name is "everything", as that of another client. Give one entry all its keys.',
  ],
  [
    {
      clients: [
        { name: "a", keys: ["a".repeat(64)] },
        { name: "b", keys: ["0".repeat(64), "A".repeat(64)] },
      ],
    },
    'clients[2].keys[1] is a key that "a" has already',
  ],
  [
    { clients: [tenant(null)] },
    "clients[1].tenantId cannot be used. Credential key: tenantId is null",
  ],
  [{ clients: [tenant("")] }, "tenantId is empty"],
  [{ clients: [tenant(7)] }, "tenantId is of type number"],
  [{ clients: [tenant("ü".repeat(257))] }, "tenantId is 514 bytes long, more than 512"],
  [{ clients: [tenant("")] }, "Give the one tenant of the client; without any, it reaches all."],
  [{ clients: [{ name: "a", keys: "canary" as never }] }, "clients[1].keys must be a list."],
  [{ clients: [{ name: "a", keys: ["canary"] }] }, "clients[1].keys[0] is not the SHA-256"],
  [
    { clients: [{ name: "a", publicKeys: [{ kty: "oct", k: "canary" }] }] },
    "clients[1].publicKeys[0] is a private or shared key",
  ],
])(
  "EV-02 EV-01 refuses options that cannot work, and shows no key: %o",
  async (options, problem) => {
    const refusal = openApiWorld(options);
    await expect(refusal).rejects.toThrow(ConfigurationError);
    await expect(refusal).rejects.toThrow(problem);
    await expect(refusal).rejects.not.toThrow("canary");
  },
);

it("EV-02 takes tenants of up to 512 bytes, and tells of all faults at once", async () => {
  await openApiWorld({ clients: [tenant("ü".repeat(256))] });
  const refusal = openApiWorld({ clients: [tenant(""), { name: "" }] });
  await expect(refusal).rejects.toThrow(
    /clients\[1\]\.tenantId .* clients\[2\]\.name is missing\. clients\[2\] has no way/,
  );
});

it("EV-02 refuses to be an API that nobody can use", async () => {
  const { credentials, pendingAuthorizations } = await openApiWorld();
  const flow = createWorld().createFlow();
  const managers = new Map();
  await expect(
    createAgentApi({
      apiUrl: "https://app.example/api",
      clients: [],
      flow,
      credentials,
      pendingAuthorizations,
      managers,
    }),
  ).rejects.toThrow("clients is empty");
});
