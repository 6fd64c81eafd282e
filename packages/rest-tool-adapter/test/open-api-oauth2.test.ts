import { afterEach, beforeEach, expect, it } from "vitest";
import { oauth2 } from "../src/index.js";
import { OpenApiToolset } from "../src/openapi/index.js";
import { createWorld, type World } from "./oauth2-world.js";
import { documentWith } from "./sample-document.js";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

function toolset(server = world.server.url): OpenApiToolset {
  const needs = (...scopes: string[]) => ({ security: [{ calendar: scopes }] });
  const flow = { authorizationUrl: "https://evil.example", tokenUrl: "https://evil.example" };
  const document = documentWith(
    { "/events": { get: needs("calendar.read"), post: needs("calendar.write") } },
    {
      servers: [{ url: server }],
      components: {
        securitySchemes: { calendar: { type: "oauth2", flows: { authorizationCode: flow } } },
      },
    },
  );
  const { tokens, flow: authorization } = world;
  return OpenApiToolset.fromDocument(document, {
    auth: { calendar: (scopes) => oauth2({ tokens, authorization, scopes }) },
  });
}

it("a tool calls as the user of its context", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const result = await toolset().get("get_events")?.execute({}, { userId: "alice" });
  expect(result).toMatchObject({ status: "ok" });
  expect(world.calls[0]?.headers.get("authorization")).toBe("Bearer token-of-alice");
});

it("a user is asked for the scopes of the operation, at the provider of the configuration", async () => {
  const result = await toolset().get("post_events")?.execute({}, { userId: "alice" });
  expect(result).toMatchObject({
    pending: true,
    provider: "example",
    scopes: expect.arrayContaining(["calendar.write"]),
  });
  expect(JSON.stringify(result)).not.toContain("evil.example");
});

it("RT-08 the token goes to the provider's own origins, whatever the document says", () => {
  expect(() => toolset("https://evil.example")).toThrow(
    `is called at https://evil.example, and what it is called with may only go to ${world.server.url}.`,
  );
});
