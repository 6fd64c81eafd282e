import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apiKey, type RestApiTool, type RestApiToolOptions } from "../src/index.js";
import { createWorld, issue, type World } from "./oauth2-world.js";

const accessToken = "canary-access-token";
const renewedToken = "canary-renewed-token";

let world: World;

beforeEach(async () => {
  world = await createWorld();
  await world.connect({ userId: "alice" }, accessToken);
  world.tokenEndpoint = () => issue(renewedToken);
});

afterEach(() => world.stop());

/** Everything a program, a log or a model can see of what a call came to. */
async function seenOf(tool: RestApiTool, params: Record<string, unknown> = {}): Promise<string> {
  const outcome: unknown = await tool
    .execute(params, { userId: "alice" })
    .catch((error: unknown) => error);
  const shown = [inspect(outcome, { depth: 20, showHidden: true }), JSON.stringify(outcome)];
  if (outcome instanceof Error) shown.push(String(outcome), outcome.stack ?? "");
  return [...shown, inspect(tool, { depth: 20, showHidden: true })].join("\n");
}

const echo = async (request: Request, status: number) =>
  Response.json(
    { url: request.url, headers: Object.fromEntries(request.headers), body: await request.text() },
    {
      status,
      headers: {
        "x-echo": request.headers.get("authorization") ?? "",
        "www-authenticate": `Bearer error="invalid_token", error_description="${accessToken}"`,
      },
    },
  );

const apis: [string, World["api"]][] = [
  ...[200, 201, 400, 401, 403, 404, 409, 429, 500, 503].map((status): [string, World["api"]] => [
    `echoes the request with ${status}`,
    (request) => echo(request, status),
  ]),
  [
    "redirects to a place that holds the token",
    () =>
      new Response(null, { status: 302, headers: { location: `https://${accessToken}.example/` } }),
  ],
  [
    "redirects in a circle that holds the token",
    () => new Response(null, { status: 307, headers: { location: `/?t=${accessToken}` } }),
  ],
  [
    "redirects to no URL",
    () => new Response(null, { status: 302, headers: { location: `http://[${accessToken}` } }),
  ],
  [
    "asks for the token as a scope",
    () =>
      new Response(null, {
        status: 403,
        headers: {
          "www-authenticate": `Bearer error="insufficient_scope", scope="${accessToken}"`,
        },
      }),
  ],
  [
    "names the token as its media type",
    () => new Response(new Uint8Array([255]), { headers: { "content-type": `a/${accessToken}` } }),
  ],
  ["answers with a broken body", (request) => new Response(request.headers.get("authorization"))],
];

describe("EV-01 no token shows in results, errors, or what inspect prints", () => {
  it.each(apis)("EV-01 when the API %s", async (_, api) => {
    world.api = api;
    expect(await seenOf(world.createTool())).not.toMatch(/canary-/);
    expect(world.calls[0]?.headers.get("authorization")).toBe(`Bearer ${accessToken}`);
  });

  it("EV-01 when nobody answers any more", async () => {
    const tool = world.createTool();
    world.api = () => {
      throw new Error(`the API fails with ${accessToken}`);
    };
    expect(await seenOf(tool)).not.toMatch(/canary-/);
    await world.server.stop();
    expect(await seenOf(tool)).not.toMatch(/canary-/);
  });

  it.each<[string, World["tokenEndpoint"]]>([
    ["refuses the grant", () => Response.json({ error: "invalid_grant" }, { status: 400 })],
    [
      "echoes what it got",
      async (request) =>
        Response.json(
          { error: "invalid_client", error_description: await request.text() },
          { status: 401 },
        ),
    ],
    ["is down", () => new Response(renewedToken, { status: 503 })],
    ["issues a token that no header can carry", () => issue(`${renewedToken}\nx`)],
  ])("EV-01 when the token endpoint %s", async (_, tokenEndpoint) => {
    world.api = () => new Response(null, { status: 401 });
    world.tokenEndpoint = tokenEndpoint;
    expect(await seenOf(world.createTool())).not.toMatch(/canary-/);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("EV-01 when arguments are refused", async () => {
    const options: Partial<RestApiToolOptions> = {
      url: `${world.server.url}/users/{id}`,
      parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    };
    for (const params of [{}, { id: ".." }, { id: 5 }, { id: "a", extra: 1 }]) {
      expect(await seenOf(world.createTool(options), params)).not.toMatch(/canary-/);
    }
  });

  it.each(["header", "query", "cookie"] as const)(
    "EV-01 when an API key travels in the %s and everything fails",
    async (place) => {
      const auth = apiKey({ in: place, name: "key", value: "canary-api-key" });
      const tool = world.createTool({ auth, allowInsecureLoopback: true });
      for (const [, api] of apis) {
        world.api = api;
        const seen = await seenOf(tool);
        expect(seen).not.toMatch(/canary-api-key/);
      }
      await world.server.stop();
      expect(await seenOf(tool)).not.toMatch(/canary-/);
    },
  );
});
