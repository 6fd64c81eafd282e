import { BlockList, isIP } from "node:net";

/** Which proxies are believed when they say whom they speak for. */
export type TrustedProxies =
  | { readonly hops: number }
  /** Their addresses and networks. */
  | { readonly networks: BlockList };

/**
 * Reads a number of proxies, or addresses and networks separated by commas.
 *
 * @returns `undefined` when the text is neither
 */
export function parseTrustedProxies(text: string): TrustedProxies | undefined {
  if (/^\d{1,2}$/.test(text)) return { hops: Number(text) };
  const networks = new BlockList();
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (!addNetwork(networks, entry)) return undefined;
  }
  return { networks };
}

function addNetwork(networks: BlockList, entry: string): boolean {
  const [address = "", prefix, ...more] = entry.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  const family = version === 6 ? "ipv6" : "ipv4";
  if (prefix === undefined) {
    networks.addAddress(address, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 6 ? 128 : 32)) return false;
  networks.addSubnet(address, Number(prefix), family);
  return true;
}

/** What is known of where a request came from. */
export interface RequestOrigin {
  /** The other end of the connection. */
  readonly socketAddress: string;
  /** `X-Forwarded-For`, as it came: each proxy adds at its end whom it heard. */
  readonly forwardedFor: string | undefined;
}

/**
 * The address of the client. What stands in `X-Forwarded-For` is anybody's to write but for the part
 * that trusted proxies added, so it is read from its end, and no further than trust goes.
 */
export function clientAddress(origin: RequestOrigin, trusted: TrustedProxies | undefined): string {
  const socketAddress = withoutMapping(origin.socketAddress);
  if (trusted === undefined) return socketAddress;
  const heard = (origin.forwardedFor ?? "").split(",").map(readAddress).reverse();
  let client = socketAddress;
  for (const [index, address] of heard.entries()) {
    const speaks = "hops" in trusted ? index < trusted.hops : contains(trusted.networks, client);
    // An entry that is no address was not written by a proxy that does its work.
    if (!speaks || address === undefined) break;
    client = address;
  }
  return client;
}

/** An address as proxies write it: some add a port, some brackets. */
function readAddress(entry: string): string | undefined {
  const text = entry.trim();
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : withoutMapping(bare);
}

function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}

function contains(networks: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && networks.check(address, version === 6 ? "ipv6" : "ipv4");
}
