import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPublicAgent, type Lookup } from "@rak-oauth/oidc-discovery/public-addresses";
import { describe, expect, it } from "vitest";
import { RestApiTool } from "../src/index.js";

function callPublic(url: string) {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url,
    allowInsecureLoopback: true,
    publicAddressesOnly: true,
  }).execute({});
}

/** A server that nobody may reach, and how often somebody did. */
async function startGuarded() {
  let connections = 0;
  const server = createServer((_, response) => response.end("{}"));
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe("DI-03 a tool for public addresses only", () => {
  it("DI-03 refuses loopback in every spelling, and connects to nothing", async () => {
    const { port, connections, stop } = await startGuarded();
    for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "localhost"]) {
      const url = `${host === "localhost" ? "https" : "http"}://${host}:${port}/`;
      expect(await callPublic(url)).toMatchObject({
        error: "network_error",
        retryable: false,
        message: expect.stringContaining("not on the public internet"),
      });
    }
    expect(connections()).toBe(0);
    await stop();
  });

  it.each<[string, string[]]>([
    ["a name that leads inside", ["10.1.2.3"]],
    ["a name of which one address leads inside", ["8.8.8.8", "127.0.0.1"]],
    ["the metadata service", ["169.254.169.254"]],
    ["a mapped address", ["::ffff:127.0.0.1"]],
  ])("DI-03 %s is refused after resolution", async (_, addresses) => {
    const { port, connections, stop } = await startGuarded();
    const dispatcher = createPublicAgent({ resolve: resolveTo(addresses) });
    const tool = new RestApiTool({
      name: "tool",
      description: "Does something.",
      method: "GET",
      url: `https://api.example.com:${port}/`,
      dispatcher,
    });
    expect(await tool.execute({})).toMatchObject({
      message: expect.stringContaining("api.example.com has an address that is not"),
    });
    expect(connections()).toBe(0);
    await dispatcher.close();
    await stop();
  });
});

function resolveTo(addresses: readonly string[]): Lookup {
  const answer: LookupAddress[] = addresses.map((address) => ({
    address,
    family: address.includes(":") ? 6 : 4,
  }));
  const lookup = (
    _name: string,
    _options: object,
    callback: (error: null, addresses: LookupAddress[]) => void,
  ) => callback(null, answer);
  return lookup as Lookup;
}
