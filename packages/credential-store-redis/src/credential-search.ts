import type { CredentialRecord } from "@rak-oauth/core";
import {
  credentialKeyOf,
  type ListPosition,
  type NameRange,
  rangeAfter,
  shardCount,
} from "./credential-layout.js";
import { decodeCredentialRecord } from "./credential-record.js";
import type { RunScript } from "./redis-client.js";

/** Which records are looked for. */
export interface CredentialQuery {
  readonly range: NameRange;
  /** Records sealed under this key are left out. */
  readonly exceptKeyId?: string | undefined;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: ListPosition | undefined;
}

/** A record and where it is. */
export interface FoundCredential extends ListPosition {
  readonly record: CredentialRecord;
}

/** Records in order of shard and name, and whether there are more. */
export interface CredentialsFound {
  readonly found: readonly FoundCredential[];
  readonly more: boolean;
}

/** What {@link CredentialSearch} needs of the store. */
export interface CredentialSearchOptions {
  readonly count: RunScript;
  readonly list: RunScript;
  readonly nameOfShard: (shard: number) => string;
}

/** The numbers of all shards. */
export const allShards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** Looks through the indexes of one shard, or of all. */
export class CredentialSearch {
  readonly #options: CredentialSearchOptions;

  constructor(options: CredentialSearchOptions) {
    this.#options = options;
  }

  /** One round trip. */
  async inShard(query: CredentialQuery, shard: number): Promise<CredentialsFound> {
    const { from, to } = rangeIn(query, shard);
    const answer = await this.#options.list(
      this.#options.nameOfShard(shard),
      from,
      to,
      query.exceptKeyId ?? "",
      query.limit + 1,
    );
    const [time, ...pairs] = answer as [number, ...Buffer[]];
    const storeTime = Number(time);
    const entries: { readonly name: Buffer; readonly bytes: Buffer }[] = [];
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const [name, bytes] = pairs.slice(index, index + 2) as [Buffer, Buffer];
      entries.push({ name, bytes });
    }
    // Each index of the shard is in order; together they are not.
    entries.sort((one, other) => Buffer.compare(one.name, other.name));
    const found = entries.slice(0, query.limit).map(({ name: nameBytes, bytes }) => {
      const name = nameBytes.toString("utf8");
      const record = decodeCredentialRecord(credentialKeyOf(name), { bytes, storeTime });
      return { shard, name, record };
    });
    return { found, more: entries.length > query.limit };
  }

  /** Two round trips: counts what every shard has, then fetches from as many as fill the limit. */
  async everywhere(query: CredentialQuery): Promise<CredentialsFound> {
    const counts = await Promise.all(
      allShards.slice(query.after?.shard ?? 0).map((shard) => this.#count(query, shard)),
    );
    const searches: Promise<CredentialsFound>[] = [];
    let missing = query.limit;
    for (const { shard, count } of counts) {
      if (count > 0 && missing > 0) {
        searches.push(this.inShard({ ...query, limit: missing }, shard));
      }
      missing -= count;
    }
    const found = (await Promise.all(searches))
      .flatMap((result) => result.found)
      .slice(0, query.limit);
    const more = missing < 0;
    // What was counted may be deleted before it is fetched; an empty page would end the listing.
    return more && found.length === 0 ? this.everywhere(query) : { found, more };
  }

  async #count(query: CredentialQuery, shard: number): Promise<{ shard: number; count: number }> {
    const { from, to } = rangeIn(query, shard);
    const name = this.#options.nameOfShard(shard);
    const count = await this.#options.count(name, from, to, query.exceptKeyId ?? "");
    return { shard, count: Number(count) };
  }
}

function rangeIn({ range, after }: CredentialQuery, shard: number): NameRange {
  return shard === after?.shard ? rangeAfter(range, after.name) : range;
}
