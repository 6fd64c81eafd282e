import { AccessToken, ConfigurationError, NeedsUserAuthorizationError } from "@rak-oauth/core";
import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import type { GetTokenOptions, TokenSource } from "@rak-oauth/token-manager";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AuthorizedFetchOptions, createAuthorizedFetch } from "../src/index.js";
import { createWorld, issue, type World } from "./oauth2-world.js";

let world: World;
let elsewhere: HttpServer;
let atElsewhere: Request[];

beforeEach(async () => {
  world = await createWorld();
  await world.connect({ userId: "alice" }, "old");
  world.tokenEndpoint = () => issue("new");
  atElsewhere = [];
  elsewhere = await startHttpServer((request) => {
    atElsewhere.push(request);
    return new Response("elsewhere");
  });
});
afterEach(async () => {
  await Promise.all([world.stop(), elsewhere.stop()]);
});

function createFetch(options: Partial<AuthorizedFetchOptions> = {}, tokens?: TokenSource) {
  return createAuthorizedFetch(tokens ?? world.tokens.forUser("alice"), {
    origins: [world.server.url],
    allowInsecureLoopback: true,
    ...options,
  });
}

function bearers(): (string | null)[] {
  return world.calls.map(({ headers }) => headers.get("authorization"));
}

const refuseOld = (request: Request) =>
  new Response(null, { status: request.headers.get("authorization") === "Bearer new" ? 200 : 401 });

describe("a fetch for any SDK", () => {
  it("adds the user's token, whatever form the request has", async () => {
    world.api = async (request) => Response.json({ body: await request.text() });
    const authorized = createFetch();
    const url = `${world.server.url}/a?b=c`;
    const post = { method: "POST", body: "text", headers: { "x-sdk": "1" } };
    for (const response of [
      await authorized(url, post),
      await authorized(new URL(url), { ...post, headers: [["x-sdk", "1"]] }),
      await authorized(new Request(url, post)),
      await authorized(new Request(url, { method: "PUT" }), post),
    ]) {
      expect(await response.json()).toEqual({ body: "text" });
    }
    for (const { method, url: called, headers } of world.calls) {
      expect([method, called, headers.get("x-sdk")]).toEqual(["POST", url, "1"]);
    }
    expect(bearers()).toEqual(Array(4).fill("Bearer old"));
  });

  it("RT-06 an inbound bearer gives way to the user's token", async () => {
    await createFetch()(world.server.url, { headers: { Authorization: "Bearer inbound" } });
    expect(bearers()).toEqual(["Bearer old"]);
  });

  it("asks for a token of the scopes and the resource it is made for", async () => {
    const asked: (GetTokenOptions | undefined)[] = [];
    const tokens: TokenSource = {
      getToken: async (options) => {
        asked.push(options);
        return new AccessToken("scoped");
      },
    };
    const signal = new AbortController().signal;
    const resource = "https://api.example.com/";
    await createFetch({ scopes: ["more"], resource }, tokens)(world.server.url, { signal });
    expect(asked).toEqual([{ scopes: ["more"], resource, signal }]);
  });

  it("an answer streams", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.api = () =>
      new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode("first"));
            await released;
            controller.enqueue(new TextEncoder().encode("second"));
            controller.close();
          },
        }),
      );
    const response = await createFetch()(world.server.url);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    release();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("second");
  });

  it("a request ends with its signal", async () => {
    const caller = new AbortController();
    const reason = new Error("enough");
    world.api = () => {
      caller.abort(reason);
      return new Promise<Response>(() => {});
    };
    const call = createFetch()(world.server.url, { signal: caller.signal });
    await expect(call).rejects.toBe(reason);
  });
});

describe("RT-08 where the token goes", () => {
  it("RT-08 another origin is refused before anything is sent", async () => {
    const authorized = createFetch();
    for (const url of [
      elsewhere.url,
      "https://evil.example/",
      world.server.url.replace("http:", "https:"),
    ]) {
      const call = authorized(url);
      await expect(call).rejects.toBeInstanceOf(ConfigurationError);
      await expect(authorized(new Request(url))).rejects.toThrow(/may only go to/);
    }
    expect([...world.calls, ...atElsewhere]).toEqual([]);
  });

  it("RT-03 a redirect to another origin carries nothing that says who calls, and stays so", async () => {
    const target = await startHttpServer((request) => {
      atElsewhere.push(request);
      return new Response(null, { status: 302, headers: { location: `${world.server.url}/back` } });
    });
    world.api = (request) =>
      new URL(request.url).pathname === "/back"
        ? new Response("done")
        : new Response(null, { status: 302, headers: { location: target.url } });
    const headers = { Cookie: "a=b", "X-Api-Key": "k", Accept: "text/plain" };
    const response = await createFetch()(`${world.server.url}/a`, { headers });
    expect(await response.text()).toBe("done");
    for (const request of [atElsewhere[0], world.calls[1]]) {
      expect(request?.headers.get("accept")).toBe("text/plain");
      for (const name of ["authorization", "cookie", "x-api-key", "dpop"]) {
        expect(request?.headers.has(name)).toBe(false);
      }
    }
    await target.stop();
  });

  it("RT-03 redirects among the declared origins keep the token", async () => {
    world.api = (request) =>
      new URL(request.url).pathname === "/moved"
        ? new Response(null, { status: 307, headers: { location: `${elsewhere.url}/` } })
        : new Response(null, { status: 307, headers: { location: "/moved" } });
    const authorized = createFetch({ origins: [world.server.url, elsewhere.url] });
    const response = await authorized(world.server.url, { method: "POST", body: "kept" });
    expect(await response.text()).toBe("elsewhere");
    expect(atElsewhere[0]?.headers.get("authorization")).toBe("Bearer old");
    expect(atElsewhere[0]?.method).toBe("POST");
  });

  it("RT-03 a body is not taken to another origin, unless the redirect drops it", async () => {
    for (const [status, outcome] of [
      [307, /not one of origins/],
      [308, /not one of origins/],
      [303, undefined],
      [302, undefined],
    ] as const) {
      atElsewhere.length = 0;
      world.api = () => new Response(null, { status, headers: { location: elsewhere.url } });
      const call = createFetch()(world.server.url, { method: "POST", body: "mine" });
      if (outcome !== undefined) {
        await expect(call).rejects.toThrow(outcome);
        expect(atElsewhere).toEqual([]);
        continue;
      }
      expect((await call).status).toBe(200);
      expect([atElsewhere[0]?.method, atElsewhere[0]?.headers.get("content-type")]).toEqual([
        "GET",
        null,
      ]);
    }
  });

  it("redirects are followed as the request says", async () => {
    world.api = () => new Response(null, { status: 302, headers: { location: "/next" } });
    const authorized = createFetch();
    const manual = await authorized(world.server.url, { redirect: "manual" });
    expect(manual.status).toBe(302);
    await expect(authorized(world.server.url, { redirect: "error" })).rejects.toThrow(TypeError);
    await expect(authorized(world.server.url)).rejects.toThrow("is not followed");
    expect(world.calls).toHaveLength(1 + 1 + 21);
  });

  it.each([
    [[], "is empty"],
    [["api.example.com"], "is no origin"],
    [["https://api.example.com/"], "is no origin"],
    [["https://api.example.com/v1"], "is no origin"],
    [["http://api.example.com"], "must use https"],
  ])("origins %j are refused", (origins, message) => {
    expect(() => createFetch({ origins })).toThrow(message);
    expect(() => createFetch({ allowInsecureLoopback: false })).toThrow("must use https");
  });
});

describe("an API that answers 401", () => {
  it("TM-13 the token is refreshed once and the request is sent again", async () => {
    world.api = refuseOld;
    const authorized = createFetch();
    const bodies = ["text", new URLSearchParams("a=b"), new Uint8Array([1]), new Blob(["x"])];
    for (const body of bodies) {
      expect((await authorized(world.server.url, { method: "POST", body })).status).toBe(200);
    }
    expect(bearers()).toEqual(["Bearer old", ...Array(4).fill("Bearer new")]);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("TM-13 an API that always says 401 is asked twice", async () => {
    world.api = () => new Response("no", { status: 401 });
    const response = await createFetch()(world.server.url);
    expect([response.status, await response.text()]).toEqual([401, "no"]);
    expect(bearers()).toEqual(["Bearer old", "Bearer new"]);
  });

  it("TM-13 a stream is not sent again, and the next request has the new token", async () => {
    world.api = refuseOld;
    const authorized = createFetch();
    const streamed = { method: "POST", body: new Blob(["x"]).stream(), duplex: "half" } as const;
    expect((await authorized(world.server.url, streamed)).status).toBe(401);
    expect((await authorized(world.server.url)).status).toBe(200);
    expect(bearers()).toEqual(["Bearer old", "Bearer new"]);
  });

  it("a grant that is dead rejects with what the user has to do", async () => {
    world.api = () => new Response(null, { status: 401 });
    world.tokenEndpoint = () => Response.json({ error: "invalid_grant" }, { status: 400 });
    const call = createFetch()(world.server.url);
    await expect(call).rejects.toBeInstanceOf(NeedsUserAuthorizationError);
  });
});

it("RT-05 a user who never connected is told so, and nothing is sent", async () => {
  const authorized = createFetch({}, world.tokens.forUser("mallory"));
  await expect(authorized(world.server.url)).rejects.toMatchObject({
    code: "needs_user_authorization",
    reason: "connect",
  });
  expect(world.calls).toEqual([]);
});

it("TR-11 a token that is bound to a key goes with its proof, and with the nonce the API wants", async () => {
  const bound = await createWorld({ flow: "client_credentials", useDpop: true });
  bound.tokenEndpoint = () =>
    Response.json({ access_token: "bound", token_type: "DPoP", expires_in: 3600 });
  const nonce = { "www-authenticate": 'DPoP error="use_dpop_nonce"', "dpop-nonce": "n1" };
  bound.api = () =>
    new Response(null, { status: bound.calls.length === 1 ? 401 : 200, headers: nonce });
  const tokens = { getToken: (options?: GetTokenOptions) => bound.tokens.getToken(options) };
  const authorized = createFetch({ origins: [bound.server.url] }, tokens);
  const response = await authorized(`${bound.server.url}/a`, { method: "POST", body: "x" });
  expect(response.status).toBe(200);
  expect(bound.calls.map(({ headers }) => headers.get("authorization"))).toEqual([
    "DPoP bound",
    "DPoP bound",
  ]);
  const [first, second] = bound.calls.map(({ headers }) => payloadOf(headers.get("dpop")));
  expect(first).toMatchObject({ htm: "POST", htu: `${bound.server.url}/a` });
  expect(second).toMatchObject({ nonce: "n1" });
  expect(bound.tokenRequests).toHaveLength(1);
  await bound.stop();
});

function payloadOf(proof: string | null): unknown {
  return JSON.parse(Buffer.from(proof?.split(".")[1] ?? "", "base64url").toString());
}
