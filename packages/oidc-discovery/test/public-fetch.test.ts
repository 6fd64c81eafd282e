import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discover, publicFetch } from "../src/index.js";
import type { Lookup } from "../src/public-addresses.js";

let port: number;
let connections: number;
let stop: () => Promise<unknown>;

/** A server that nobody may reach. */
beforeEach(async () => {
  connections = 0;
  const guarded = createServer((_, response) => response.end("{}"));
  guarded.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => guarded.listen(0, "127.0.0.1", resolve));
  port = (guarded.address() as AddressInfo).port;
  stop = () => new Promise((resolve) => guarded.close(resolve));
});
afterEach(() => stop());

const registration = { provider: "example", clientId: "client-1" };

describe("publicFetch", () => {
  it.each([
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "127.0.0.1.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "localhost",
    "%31%32%37.0.0.1",
    "127。0。0。1",
  ])("DI-03 does not connect to %s", async (host) => {
    for (const scheme of ["http", "https"]) {
      await expect(publicFetch()(`${scheme}://${host}:${port}/`)).rejects.toMatchObject({
        cause: { name: "AddressNotPublicError" },
      });
    }
    expect(connections).toBe(0);
  });

  it.each<[string, string[]]>([
    ["a private one", ["10.1.2.3"]],
    ["a public and a private one", ["8.8.8.8", "127.0.0.1"]],
    ["that of a cloud's metadata", ["169.254.169.254"]],
    ["a mapped one", ["::ffff:127.0.0.1"]],
    ["a local one of IPv6", ["fd12:3456::1"]],
  ])("DI-03 looks at the address a name has when it is connected to: %s", async (_, addresses) => {
    const send = publicFetch({ resolve: resolveTo(addresses) });
    const discovering = discover(`https://login.example.com:${port}`, {
      ...registration,
      fetch: send,
    });
    await expect(discovering).rejects.toMatchObject({
      code: "discovery_failed",
      message: expect.stringContaining(
        "login.example.com has an address that is not on the public internet",
      ),
    });
    expect(connections).toBe(0);
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
