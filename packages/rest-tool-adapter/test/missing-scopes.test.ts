import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
  await world.connect({ userId: "alice" }, "canary-access-token");
});

afterEach(() => world.stop());

async function resultOf(answer: () => Response) {
  world.api = answer;
  return world.createTool().execute({}, { userId: "alice" });
}

const githubHeaders = (held: string, accepted: string, others: Record<string, string> = {}) => ({
  "x-oauth-scopes": held,
  "x-accepted-oauth-scopes": accepted,
  ...others,
});

describe("an API that says in its own way that scopes are missing", () => {
  it.each<[string, () => Response, string[]]>([
    [
      "Google with the challenge that names them",
      () =>
        Response.json(
          { error: { code: 403, status: "PERMISSION_DENIED" } },
          {
            status: 403,
            headers: {
              "www-authenticate":
                'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="https://www.googleapis.com/auth/calendar"',
            },
          },
        ),
      ["https://www.googleapis.com/auth/calendar"],
    ],
    [
      "Slack with status 200",
      () =>
        Response.json({
          ok: false,
          error: "missing_scope",
          needed: "channels:read, groups:read",
          provided: "users:read",
        }),
      ["channels:read", "groups:read"],
    ],
    [
      "GitHub with status 403",
      () => new Response(null, { status: 403, headers: githubHeaders("read:user", "repo") }),
      ["repo"],
    ],
    [
      "GitHub with status 404, for a token without any scope",
      () =>
        Response.json(
          { message: "Not Found" },
          { status: 404, headers: githubHeaders("", "repo, public_repo") },
        ),
      ["public_repo"],
    ],
    [
      "GitHub, of whose scopes the one that gives least",
      () =>
        new Response(null, {
          status: 403,
          headers: githubHeaders("gist", "admin:org, read:org, repo, user, write:org"),
        }),
      ["read:org"],
    ],
  ])("%s: asks for them and for those that were granted", async (_name, answer, missing) => {
    expect(await resultOf(answer)).toMatchObject({
      pending: true,
      reason: "scope",
      scopes: ["calendar.read", ...missing],
    });
    expect(world.calls).toHaveLength(1);
    expect(world.tokenRequests).toEqual([]);
  });

  it.each<[string, object]>([
    [
      "as the errors of today",
      {
        details: [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo" },
          { reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT", domain: "googleapis.com" },
        ],
      },
    ],
    ["as the errors of before", { errors: [{ reason: "insufficientPermissions" }] }],
  ])("Google without names %s: asks for what is configured and not granted", async (_, error) => {
    await world.stop();
    world = await createWorld({ scopes: ["calendar.read", "calendar.write"] });
    await world.connect({ userId: "alice" }, "canary-access-token");
    expect(await resultOf(() => Response.json({ error }, { status: 403 }))).toMatchObject({
      pending: true,
      reason: "scope",
      scopes: ["calendar.read", "calendar.write"],
    });
  });

  it("Google without names, when all that is known was granted: a failure, not a circle", async () => {
    const error = { errors: [{ reason: "insufficientPermissions" }] };
    expect(await resultOf(() => Response.json({ error }, { status: 403 }))).toMatchObject({
      status: "error",
      httpStatus: 403,
    });
  });

  it.each<[string, () => Response]>([
    ["GitHub: the token has one that will do", () => github(403, "repo", "repo, user")],
    ["GitHub: the token has a wider one", () => github(404, "admin:org, user", "read:org")],
    ["GitHub: reading is part of all", () => github(403, "user", "read:user")],
    ["GitHub: nothing would do", () => github(403, "repo", "")],
    ["GitHub: a token that has no scopes at all", () => github(404, undefined, "repo")],
    ["GitHub: too many requests", () => github(403, "", "repo", { "x-ratelimit-remaining": "0" })],
    ["GitHub: another status", () => github(422, "", "repo")],
    ["Google: another reason", () => google(403, "insufficientFilePermissions")],
    ["Google: another status", () => google(400, "insufficientPermissions")],
    [
      "Google: no list of reasons",
      () => Response.json({ error: { details: {} } }, { status: 403 }),
    ],
    ["no JSON at all", () => new Response("insufficientPermissions", { status: 403 })],
  ])("%s: a failure, and nobody is asked", async (_name, answer) => {
    expect(await resultOf(answer)).toMatchObject({ status: "error", error: "http_error" });
  });

  it.each<[string, object]>([
    ["another error", { ok: false, error: "channel_not_found", needed: "a" }],
    ["no error", { ok: true, error: "missing_scope", needed: "a" }],
  ])("Slack: %s is an answer like any other", async (_name, data) => {
    expect(await resultOf(() => Response.json(data))).toMatchObject({ status: "ok", data });
  });

  it("EV-01 no dialect can smuggle the token into what is asked for", async () => {
    for (const answer of [
      () => Response.json({ ok: false, error: "missing_scope", needed: "canary-access-token,ok" }),
      () => github(403, "", "canary-access-token"),
      () => github(404, "", "ok:read, read:canary-access-token"),
    ]) {
      expect(JSON.stringify(await resultOf(answer))).not.toContain("canary");
    }
  });
});

function github(
  status: number,
  held: string | undefined,
  accepted: string,
  others: Record<string, string> = {},
): Response {
  const { "x-oauth-scopes": scopes, ...rest } = githubHeaders(held ?? "", accepted, others);
  const headers = held === undefined ? rest : { ...rest, "x-oauth-scopes": scopes };
  return Response.json({ message: "no" }, { status, headers });
}

function google(status: number, reason: string): Response {
  return Response.json({ error: { errors: [{ reason }] } }, { status });
}
