import { expect, it } from "vitest";
import { clientAddress, parseTrustedProxies } from "../src/trusted-proxies.js";

function seen(trusted: string | undefined, socketAddress: string, forwardedFor?: string) {
  const proxies = trusted === undefined ? undefined : parseTrustedProxies(trusted);
  return clientAddress({ socketAddress, forwardedFor }, proxies);
}

it.each<[string, string | undefined, string, string | undefined, string]>([
  ["nobody is trusted", undefined, "10.0.0.1", "203.0.113.9", "10.0.0.1"],
  ["no proxy stands in front", "0", "10.0.0.1", "203.0.113.9", "10.0.0.1"],
  ["one proxy, honest client", "1", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["one proxy, a client that lies", "1", "10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"],
  ["two proxies", "2", "10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["more trust than proxies", "5", "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["a proxy that tells nothing", "1", "10.0.0.1", undefined, "10.0.0.1"],
  ["networks, honest client", "10.0.0.0/8", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["networks, a liar", "10.0.0.0/8", "10.0.0.1", "10.9.9.9, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["networks, a stranger as proxy", "10.0.0.0/8", "192.0.2.1", "203.0.113.9", "192.0.2.1"],
  ["networks, only proxies", "10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["a single address and IPv6", "10.0.0.1, fd00::/8", "fd00::1", "2001:db8::9", "2001:db8::9"],
  ["IPv4 in IPv6", "10.0.0.0/8", "::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"],
  ["a port behind the address", "1", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
  ["a port behind brackets", "1", "10.0.0.1", "[2001:db8::9]:4711", "2001:db8::9"],
  ["no address at all", "2", "10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"],
])("finds the client: %s", (_name, trusted, socket, forwardedFor, client) => {
  expect(seen(trusted, socket, forwardedFor)).toBe(client);
});

it.each([
  "",
  "many",
  "-1",
  "10.0.0.0/33",
  "10.0.0.0/8/8",
  "10.0.0",
  "fd00::/129",
  "10.0.0.0/x",
  ",",
])("takes no nonsense for proxies: %j", (text) => {
  expect(parseTrustedProxies(text)).toBeUndefined();
});
