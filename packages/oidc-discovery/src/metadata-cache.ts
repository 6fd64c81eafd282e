import { type Clock, systemClock } from "@rak-oauth/core";
import { LRUCache } from "lru-cache";
import { type DocumentRequest, type FetchedDocument, fetchDocument } from "./fetch-document.js";

/** Options of {@link MetadataCache}. */
export interface MetadataCacheOptions {
  /** How much is kept, in bytes of documents; the least recently used go first. @defaultValue 16 MiB */
  readonly maximumBytes?: number | undefined;
  /** How long a document is used without asking again, whatever its server says, in ms. @defaultValue 24 hours */
  readonly maximumAgeMs?: number | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

interface KeptDocument {
  readonly document: FetchedDocument;
  readonly etag: string | null;
  readonly requestedAt: number;
  readonly freshMs: number;
}

/**
 * Metadata documents, kept as long as their servers say (`Cache-Control`), and asked for again with the
 * `ETag` they came with. Simultaneous callers share a request; failures are not kept.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111
 */
export class MetadataCache {
  readonly #clock: Clock;
  readonly #maximumAgeMs: number;
  readonly #kept: LRUCache<string, KeptDocument>;
  readonly #running = new Map<string, Promise<FetchedDocument>>();
  /** What one `fetch` was given is not shown to those who ask through another one. */
  readonly #fetchNames = new WeakMap<typeof fetch, number>();
  #fetchCount = 0;

  constructor(options: MetadataCacheOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#maximumAgeMs = options.maximumAgeMs ?? 24 * 60 * 60 * 1000;
    this.#kept = new LRUCache({
      maxSize: options.maximumBytes ?? 16 * 1024 * 1024,
      sizeCalculation: ({ document }) => Math.max(1, document.bytes),
    });
  }

  /** @internal */
  async read(request: DocumentRequest): Promise<FetchedDocument> {
    const name = `${this.#fetchName(request.fetch)} ${request.address}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined && this.#isFresh(kept)) return kept.document;
    const flight = `${request.timeoutMs} ${name}`;
    let running = this.#running.get(flight);
    if (running === undefined) {
      running = this.#ask(name, kept, request).finally(() => this.#running.delete(flight));
      this.#running.set(flight, running);
    }
    return running;
  }

  async #ask(
    name: string,
    kept: KeptDocument | undefined,
    request: DocumentRequest,
  ): Promise<FetchedDocument> {
    const requestedAt = this.#clock.now();
    const etag = kept?.etag;
    const init = typeof etag === "string" ? { headers: { "if-none-match": etag } } : {};
    const answer = await fetchDocument({ ...request, init });
    const isSame = answer.status === 304 && kept !== undefined;
    const document = isSame ? kept.document : answer;
    const newEtag = answer.headers.get("etag") ?? (isSame ? kept.etag : null);
    const freshMs = Math.min(freshnessMs(answer.headers), this.#maximumAgeMs);
    const mayKeep = !/\bno-store\b/i.test(answer.headers.get("cache-control") ?? "");
    const isUseful = freshMs > 0 || newEtag !== null;
    if (document.status === 200 && document.body !== undefined && mayKeep && isUseful) {
      this.#kept.set(name, { document, etag: newEtag, requestedAt, freshMs });
    } else {
      this.#kept.delete(name);
    }
    return document;
  }

  /** A clock that was put back makes nothing fresh again. */
  #isFresh({ requestedAt, freshMs }: KeptDocument): boolean {
    const ageMs = this.#clock.now() - requestedAt;
    return ageMs >= 0 && ageMs < freshMs;
  }

  #fetchName(send: typeof fetch): number {
    const known = this.#fetchNames.get(send);
    if (known !== undefined) return known;
    this.#fetchCount += 1;
    this.#fetchNames.set(send, this.#fetchCount);
    return this.#fetchCount;
  }
}

/** How long an answer is fresh from when it was asked for; 0 where its server does not say (RFC 9111 §4.2). */
function freshnessMs(headers: Headers): number {
  const directives = headers.get("cache-control") ?? "";
  if (/\bno-(?:cache|store)\b/i.test(directives)) return 0;
  const [, maximumAge = "0"] = /(?:^|[\s,])max-age="?(\d{1,10})/i.exec(directives) ?? [];
  const [, age = "0"] = /^(\d{1,10})$/.exec(headers.get("age") ?? "") ?? [];
  return Math.max(0, Number(maximumAge) - Number(age)) * 1000;
}

/** What {@link MetadataCache} is where none is given. */
export const sharedMetadata: MetadataCache = new MetadataCache();
