import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { isOAuth2Error, type OAuth2Error } from "@rak-oauth/core";
import {
  findFreePort,
  type HttpServer,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { afterEach, expect, it } from "vitest";
import { type DiscoverOptions, discover } from "../src/index.js";

const registration: DiscoverOptions = {
  provider: "example",
  clientId: "client-1",
  clientSecret: "secret",
  allowInsecureLoopback: true,
};

let running: Pick<HttpServer, "stop"> | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function refusal(issuer: string, options: Partial<DiscoverOptions> = {}) {
  const error = await discover(issuer, { ...registration, ...options }).catch(
    (reason: unknown) => reason,
  );
  if (!isOAuth2Error(error)) throw new TypeError(`Not refused: ${String(error)}`);
  return error as OAuth2Error;
}

it("discovers a real OpenID provider on loopback", async () => {
  const provider = await startAuthorizationServer();
  running = provider;
  expect(await discover(provider.issuer, registration)).toMatchObject({
    issuer: provider.issuer,
    authUrl: expect.stringContaining(provider.issuer),
    tokenUrl: expect.stringContaining(provider.issuer),
    revocationUrl: expect.stringContaining(provider.issuer),
    userinfoUrl: expect.stringContaining(provider.issuer),
    jwksUrl: expect.stringContaining(provider.issuer),
    clientAuthentication: "client_secret_basic",
    issParameterSupported: true,
    usePkce: true,
    allowInsecureLoopback: true,
  });
});

it("DI-04 stops reading a compression bomb at one megabyte", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
  const server = await startHttpServer(
    () =>
      new Response(bomb, {
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
      }),
  );
  running = server;
  const error = await refusal(server.url);
  expect(error.code).toBe("discovery_failed");
  expect(error.message).toContain("its metadata is larger than 1048576 bytes");
});

it("DI-04 stops reading a body without end", async () => {
  const server = await startHttpServer(
    () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(0x20)),
        }),
      ),
  );
  running = server;
  expect((await refusal(server.url)).message).toContain("larger than 1048576 bytes");
});

it("DI-04 gives up when the body does not come to its end in time", async () => {
  const slow = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"issuer":');
  });
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  running = {
    stop: async () => {
      slow.closeAllConnections();
      slow.close();
    },
  };
  const { port } = slow.address() as AddressInfo;
  const error = await refusal(`http://127.0.0.1:${port}`, { timeoutMs: 100 });
  expect(error.code).toBe("discovery_failed");
  expect(error.message).toContain("did not answer completely within 100 ms");
});

it("says that nobody listens", async () => {
  const port = await findFreePort();
  const error = await refusal(`http://127.0.0.1:${port}`);
  expect(error.message).toContain("could not be read (ECONNREFUSED)");
});
