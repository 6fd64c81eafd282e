import type { Redis } from "ioredis";

type Base64 = string;

/** One key, its names and values in base64. A key without `expires` stays for good. */
export type RedisEntry = { readonly key: string; readonly expires: boolean } & (
  | { readonly type: "string"; readonly value: Base64 }
  | { readonly type: "hash" | "zset"; readonly pairs: readonly (readonly [Base64, Base64])[] }
  | { readonly type: "list" | "set"; readonly values: readonly Base64[] }
);

const expiresInMs = 50 * 365 * 86_400_000;

/** Everything under a prefix, by commands that any version of Redis can undo. */
export async function takeRedisSnapshot(client: Redis, prefix: string): Promise<RedisEntry[]> {
  const keys = await client.keysBuffer(`${prefix}*`);
  const entries = await Promise.all(keys.map((key) => readEntry(client, key)));
  return entries.sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** Writes what {@link takeRedisSnapshot} read. */
export async function restoreRedisSnapshot(
  client: Redis,
  entries: readonly RedisEntry[],
): Promise<void> {
  for (const entry of entries) {
    const key = decode(entry.key);
    if (entry.type === "string") await client.set(key, decode(entry.value));
    if (entry.type === "list") await client.rpush(key, ...entry.values.map(decode));
    if (entry.type === "set") await client.sadd(key, ...entry.values.map(decode));
    if (entry.type === "hash") await client.hset(key, ...entry.pairs.flat().map(decode));
    if (entry.type === "zset") {
      const scored = entry.pairs.flatMap(([member, score]) => [decode(score), decode(member)]);
      await client.zadd(key, ...scored);
    }
    if (entry.expires) await client.pexpire(key, expiresInMs);
  }
}

async function readEntry(client: Redis, key: Buffer): Promise<RedisEntry> {
  const type = await client.type(key);
  const common = { key: encode(key), expires: (await client.pttl(key)) > 0 };
  switch (type) {
    case "string":
      return { ...common, type, value: encode((await client.getBuffer(key)) ?? Buffer.of()) };
    case "list":
      return { ...common, type, values: (await client.lrangeBuffer(key, 0, -1)).map(encode) };
    case "set":
      return { ...common, type, values: (await client.smembersBuffer(key)).map(encode) };
    case "hash": {
      const fields = Object.entries(await client.hgetallBuffer(key));
      return {
        ...common,
        type,
        pairs: fields.map(([name, value]) => [encode(Buffer.from(name)), encode(value)] as const),
      };
    }
    case "zset":
      return {
        ...common,
        type,
        pairs: pairs(
          (await client.zrangebyscoreBuffer(key, "-inf", "+inf", "WITHSCORES")) as Buffer[],
        ),
      };
    default:
      throw new Error(`A snapshot knows no ${type}; add it here.`);
  }
}

function pairs(flat: readonly Buffer[]): (readonly [Base64, Base64])[] {
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[encode(name), encode(flat[index + 1] ?? Buffer.of())] as const] : [],
  );
}

function encode(bytes: Buffer): Base64 {
  return bytes.toString("base64");
}

function decode(text: Base64): Buffer {
  return Buffer.from(text, "base64");
}
