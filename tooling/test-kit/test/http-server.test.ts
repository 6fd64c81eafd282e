import { expect, it } from "vitest";
import { startHttpServer } from "../src/index.js";

it("serves a web handler on 127.0.0.1 until it is stopped", async () => {
  const server = await startHttpServer(async (request) =>
    Response.json({ method: request.method, url: request.url, body: await request.text() }),
  );
  expect(new URL(server.url).hostname).toBe("127.0.0.1");
  const response = await fetch(`${server.url}/path?query=1`, { method: "POST", body: "hello" });
  expect(await response.json()).toEqual({
    method: "POST",
    url: `${server.url}/path?query=1`,
    body: "hello",
  });
  await server.stop();
  await expect(fetch(server.url)).rejects.toThrow();
  await server.stop();
});

it("two servers get different ports", async () => {
  const servers = await Promise.all([
    startHttpServer(() => new Response("first")),
    startHttpServer(() => new Response("second")),
  ]);
  expect(servers[0].url).not.toBe(servers[1].url);
  expect(await (await fetch(servers[0].url)).text()).toBe("first");
  await Promise.all(servers.map((server) => server.stop()));
});
