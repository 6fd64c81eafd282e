import { timingSafeEqual } from "node:crypto";
import type { Clock } from "@rak-oauth/core";
import type { ApiClient } from "./agent-api-client.js";
import { hashApiKey } from "./api-key.js";
import type { UsedAssertions } from "./used-assertions.js";
import { verifyClientAssertion } from "./verify-client-assertion.js";

/** Options of {@link ClientAuthenticator}. */
export interface ClientAuthenticatorOptions {
  readonly clients: readonly ApiClient[];
  /** What an assertion must name as its audience. */
  readonly audience: string;
  readonly clock: Clock;
  readonly used: UsedAssertions;
}

const bearerPattern = /^Bearer +([\w.~+/-]{1,8192}=*)$/i;
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Tells which client a request comes from, by an API key or a signed assertion. */
export class ClientAuthenticator {
  readonly #options: ClientAuthenticatorOptions;

  constructor(options: ClientAuthenticatorOptions) {
    this.#options = options;
  }

  /**
   * The client of an `Authorization` header (RFC 6750 §2.1); nothing when it proves none. Why is not
   * told: an unknown client and a wrong key are the same to whoever guesses.
   */
  async authenticate(authorization: string | undefined): Promise<ApiClient | undefined> {
    const credential = bearerPattern.exec(authorization ?? "")?.[1];
    if (credential === undefined) return undefined;
    if (!jwtPattern.test(credential)) return this.#findByKey(credential);
    return verifyClientAssertion(credential, this.#options);
  }

  #findByKey(key: string): ApiClient | undefined {
    const hash = Buffer.from(hashApiKey(key), "hex");
    let found: ApiClient | undefined;
    // All are compared, whichever fits: the time taken tells nothing.
    for (const client of this.#options.clients) {
      for (const known of client.keyHashes) {
        if (timingSafeEqual(known, hash)) found = client;
      }
    }
    return found;
  }
}
