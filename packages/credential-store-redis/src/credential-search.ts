import type { CredentialPage, CredentialRecord } from "@rak-oauth/core";
import {
  credentialKeyOf,
  decodePosition,
  encodePosition,
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
}

/** Which page of them. */
export interface CredentialPageQuery extends CredentialQuery {
  /** The only shard that can have them; all are asked where it is left out. */
  readonly shard?: number | undefined;
  /** @defaultValue 100 */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** What {@link CredentialSearch} needs of the store. */
export interface CredentialSearchOptions {
  readonly count: RunScript;
  readonly list: RunScript;
  readonly nameOfShard: (shard: number) => string;
}

interface Start extends CredentialQuery {
  readonly after?: ListPosition | undefined;
}

interface Step extends Start {
  readonly limit: number;
}

interface Entry extends ListPosition {
  /** Absent when the server evicted it, which leaves its name in the index. */
  readonly record?: CredentialRecord | undefined;
}

interface Found {
  readonly entries: readonly Entry[];
  readonly more: boolean;
}

/** The numbers of all shards. */
export const allShards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** Looks through the indexes of one shard, or of all, in order of shard and name. */
export class CredentialSearch {
  readonly #options: CredentialSearchOptions;

  constructor(options: CredentialSearchOptions) {
    this.#options = options;
  }

  /** A page of records: one round trip where the shard is known, else two. */
  async page(query: CredentialPageQuery): Promise<CredentialPage> {
    const { range, exceptKeyId, shard, limit = 100 } = query;
    const after = query.after === undefined ? undefined : decodePosition(query.after);
    const step = { range, exceptKeyId, limit, after };
    const { entries, more } =
      shard === undefined ? await this.#everywhere(step) : await this.#inShard(step, shard);
    const last = entries.at(-1);
    return {
      records: entries.flatMap(({ record }) => record ?? []),
      next: more && last ? encodePosition(last) : undefined,
    };
  }

  /** How many records there are. */
  async count(query: CredentialQuery): Promise<number> {
    const counts = await Promise.all(allShards.map((shard) => this.#count(query, shard)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #inShard(step: Step, shard: number): Promise<Found> {
    const { from, to } = rangeIn(step, shard);
    const answer = await this.#options.list(
      this.#options.nameOfShard(shard),
      from,
      to,
      step.exceptKeyId ?? "",
      step.limit + 1,
    );
    const [time, ...pairs] = answer as [number, ...Buffer[]];
    const storeTime = Number(time);
    const found: { readonly name: Buffer; readonly bytes: Buffer }[] = [];
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const [name, bytes] = pairs.slice(index, index + 2) as [Buffer, Buffer];
      found.push({ name, bytes });
    }
    // Each index of the shard is in order; together they are not.
    found.sort((one, other) => Buffer.compare(one.name, other.name));
    const entries = found.slice(0, step.limit).map(({ name: nameBytes, bytes }) => {
      const name = nameBytes.toString("utf8");
      if (bytes.length === 0) return { shard, name };
      const record = decodeCredentialRecord(credentialKeyOf(name), { bytes, storeTime });
      return { shard, name, record };
    });
    return { entries, more: found.length > step.limit };
  }

  /** Counts what every shard has, then fetches from as many as fill the limit. */
  async #everywhere(step: Step): Promise<Found> {
    const shards = allShards.slice(step.after?.shard ?? 0);
    const counts = await Promise.all(shards.map((shard) => this.#count(step, shard)));
    const searches: Promise<Found>[] = [];
    let missing = step.limit;
    for (const [index, shard] of shards.entries()) {
      const count = counts[index] ?? 0;
      if (count > 0 && missing > 0)
        searches.push(this.#inShard({ ...step, limit: missing }, shard));
      missing -= count;
    }
    const found = await Promise.all(searches);
    const entries = found.flatMap((result) => result.entries).slice(0, step.limit);
    const more = missing < 0 || found.some((result) => result.more);
    // What was counted may be gone before it is fetched; an empty page would end the listing.
    return more && entries.length === 0 ? this.#everywhere(step) : { entries, more };
  }

  async #count(query: Start, shard: number): Promise<number> {
    const { from, to } = rangeIn(query, shard);
    const name = this.#options.nameOfShard(shard);
    return Number(await this.#options.count(name, from, to, query.exceptKeyId ?? ""));
  }
}

function rangeIn({ range, after }: Start, shard: number): NameRange {
  return shard === after?.shard ? rangeAfter(range, after.name) : range;
}
