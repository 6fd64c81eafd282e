import { OAuth2Error } from "@rak-oauth/core";

/** A record that is a hash in Redis, as a script answers it. */
export interface HashRecord {
  readonly id: string;
  readonly storeTime: number;
  has(field: string): boolean;
  text(field: string): string;
  bytes(field: string): Buffer;
}

/**
 * Reads a script's answer: handle, the server's time, names and values of the hash.
 *
 * @param what - how such a record is called in errors
 * @throws OAuth2Error with code `store_misconfigured` when another version wrote it
 */
export function readHashRecord(answer: unknown, what: string): HashRecord {
  const [id, storeTime, entries] = answer as [Buffer, number, Buffer[]];
  const fields = new Map<string, Buffer>();
  for (let index = 0; index + 1 < entries.length; index += 2) {
    fields.set(String(entries[index]), entries[index + 1] as Buffer);
  }
  const text = (field: string): string => fields.get(field)?.toString("utf8") ?? "";
  if (text("format") !== "1") {
    throw new OAuth2Error(
      "store_misconfigured",
      `${what} in Redis has format ${text("format")}, and this version of the library reads format 1. Update @rak-oauth/credential-store-redis.`,
    );
  }
  return {
    id: id.toString("utf8"),
    storeTime: Number(storeTime),
    has: (field) => fields.has(field),
    text,
    bytes: (field) => fields.get(field) ?? Buffer.alloc(0),
  };
}
