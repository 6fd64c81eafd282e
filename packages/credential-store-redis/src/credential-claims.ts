import type { ClaimOptions, CredentialKey } from "@rak-oauth/core";
import { credentialKeyOf } from "./credential-layout.js";
import { allShards } from "./credential-search.js";
import type { RunScript } from "./redis-client.js";

/** What is claimed, and how. */
export interface CredentialClaim extends ClaimOptions {
  /** The sorted sets it comes from: orphans, or all by the moment they were written. */
  readonly from: "o" | "u";
  /** How long it must have been there, in milliseconds. */
  readonly ageMs: number;
}

/** What {@link CredentialClaims} needs of the store. */
export interface CredentialClaimsOptions {
  readonly listDue: RunScript;
  readonly claim: RunScript;
  readonly nameOfShard: (shard: number) => string;
}

/** Claims records of all shards together. */
export class CredentialClaims {
  readonly #options: CredentialClaimsOptions;

  constructor(options: CredentialClaimsOptions) {
    this.#options = options;
  }

  /**
   * Keys that this call alone was given, longest there first: in one round trip where there are
   * none, else in two. No shard is asked to claim more than its part of the limit, so that nothing
   * is claimed that nobody was given.
   */
  async claim(claim: CredentialClaim): Promise<readonly CredentialKey[]> {
    const quotas = new Map<number, number>();
    for (const shard of await this.#shardsOfOldest(claim)) {
      quotas.set(shard, (quotas.get(shard) ?? 0) + 1);
    }
    const claimed = await Promise.all(
      [...quotas].map(([shard, quota]) => this.#claimIn(shard, quota, claim)),
    );
    return bySince(claimed.flat()).map(({ name }) => credentialKeyOf(name));
  }

  /** The shard of each of the records that are there longest, as often as it has one of them. */
  async #shardsOfOldest({ provider, from, ageMs, limit }: CredentialClaim) {
    const times = await Promise.all(
      allShards.map((shard) =>
        this.#options.listDue(this.#options.nameOfShard(shard), provider, from, ageMs, limit),
      ),
    );
    const due = times.flatMap((shardTimes, shard) =>
      toNumbers(shardTimes as Buffer).map((since) => ({ shard, since })),
    );
    return bySince(due)
      .slice(0, limit)
      .map(({ shard }) => shard);
  }

  async #claimIn(
    shard: number,
    quota: number,
    { provider, from, ageMs, claimMs }: CredentialClaim,
  ) {
    const name = this.#options.nameOfShard(shard);
    const answer = await this.#options.claim(name, provider, from, ageMs, quota, claimMs);
    const pairs = answer as Buffer[];
    const claimed: { readonly name: string; readonly since: number }[] = [];
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const [member, since] = pairs.slice(index, index + 2) as [Buffer, Buffer];
      claimed.push({ name: member.toString("utf8"), since: Number(since.toString()) });
    }
    return claimed;
  }
}

function bySince<Item extends { readonly since: number }>(items: readonly Item[]): Item[] {
  return [...items].sort((one, other) => one.since - other.since);
}

function toNumbers(text: Buffer): readonly number[] {
  return text.length === 0 ? [] : text.toString().split(" ").map(Number);
}
