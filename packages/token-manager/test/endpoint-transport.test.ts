import { Secret } from "@rak-oauth/core";
import { startHttpServer } from "@rak-oauth/test-kit";
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from "undici";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { TokenEndpoint } from "../src/index.js";
import { exampleConfig, issued, ManualClock } from "./fixtures.js";

const clock = new ManualClock();
const tokens = { access_token: "access", token_type: "Bearer", expires_in: 60 };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A token endpoint on loopback, and what it was asked with. */
async function startTokenEndpoint(answer: () => Response = () => Response.json(tokens)) {
  const seen: { readonly headers: Headers; readonly body: string }[] = [];
  const server = await startHttpServer(async (request) => {
    seen.push({ headers: request.headers, body: await request.text() });
    return answer();
  });
  onTestFinished(() => server.stop());
  const config = exampleConfig({ tokenUrl: `${server.url}/token`, allowInsecureLoopback: true });
  return { seen, config };
}

const credentials = () => issued(clock, { refreshToken: "refresh" });

it("sends a form, and asks for an answer as it is", async () => {
  const { seen, config } = await startTokenEndpoint();
  const endpoint = new TokenEndpoint({ config, clock });
  const refreshed = await endpoint.refresh(credentials());
  expect(refreshed.accessToken.secret()).toBe("access");
  expect(Object.fromEntries(seen[0]?.headers ?? [])).toMatchObject({
    accept: "application/json",
    "accept-encoding": "identity",
    "content-type": expect.stringContaining("application/x-www-form-urlencoded"),
  });
  expect(new URLSearchParams(seen[0]?.body).get("refresh_token")).toBe("refresh");
});

it("sends by the fetch that stands in place of the global one, if any does", async () => {
  const { seen, config } = await startTokenEndpoint();
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return Response.json({ ...tokens, access_token: "intercepted" });
  });
  const endpoint = new TokenEndpoint({ config, clock });
  expect((await endpoint.refresh(credentials())).accessToken.secret()).toBe("intercepted");
  expect(asked).toEqual([config.tokenUrl]);
  vi.unstubAllGlobals();
  expect((await endpoint.refresh(credentials())).accessToken.secret()).toBe("access");
  expect(seen).toHaveLength(1);
});

it("goes over the dispatcher that the application has set for all", async () => {
  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
  const agent = new MockAgent();
  agent.disableNetConnect();
  setGlobalDispatcher(agent);
  const { seen, config } = await startTokenEndpoint();
  const { origin } = new URL(config.tokenUrl);
  const json = { headers: { "content-type": "application/json" } };
  agent
    .get(origin)
    .intercept({ method: "POST", path: "/token" })
    .reply(200, { ...tokens, access_token: "by the dispatcher" }, json);
  const refreshed = await new TokenEndpoint({ config, clock }).refresh(credentials());
  expect(refreshed.accessToken.secret()).toBe("by the dispatcher");
  expect(seen).toEqual([]);
});

it("follows no redirect, and revokes by the same way", async () => {
  const { seen, config } = await startTokenEndpoint(
    () => new Response(null, { status: 307, headers: { location: "/elsewhere" } }),
  );
  const endpoint = new TokenEndpoint({
    config: { ...config, revocationUrl: config.tokenUrl },
    clock,
  });
  await expect(endpoint.refresh(credentials())).rejects.toThrow("answered with a redirect");
  expect(await endpoint.revoke(new Secret("refresh"), "refresh_token")).toBe("failed");
  expect(seen).toHaveLength(2);
});
