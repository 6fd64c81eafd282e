import type { webcrypto } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";

/** How ID tokens are signed otherwise than they should be. */
export interface SigningDeviations {
  /** @defaultValue "RS256" */
  readonly algorithm?: "RS256" | "PS256" | "ES256" | undefined;
  /** `none` leaves the signature away, `broken` makes it one of another key. */
  readonly signature?: "none" | "broken" | undefined;
  /** Leaves the key's id out of tokens and out of the key set. */
  readonly withoutKeyId?: boolean | undefined;
  /** How many keys are published; the last one signs. @defaultValue 1 */
  readonly publishedKeys?: number | undefined;
  /** Makes a new key for every signature, and publishes none but that. */
  readonly rotates?: boolean | undefined;
}

interface Pair {
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: JWK;
}

/** The key set of a provider under test, and its signatures. */
export class ConformanceKeys {
  readonly algorithm: string;
  readonly #deviations: SigningDeviations;
  #pairs: readonly Pair[];
  #made = 0;

  private constructor(deviations: SigningDeviations) {
    this.#deviations = deviations;
    this.algorithm = deviations.algorithm ?? "RS256";
    this.#pairs = [];
  }

  static async create(deviations: SigningDeviations): Promise<ConformanceKeys> {
    const keys = new ConformanceKeys(deviations);
    const count = deviations.publishedKeys ?? 1;
    keys.#pairs = await Promise.all(Array.from({ length: count }, () => keys.#make()));
    return keys;
  }

  published(): readonly JWK[] {
    return this.#pairs.map(({ publicKey }) => publicKey);
  }

  async sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const { rotates, signature } = this.#deviations;
    if (signature === "none") return new UnsecuredJWT(claims).encode();
    if (rotates) this.#pairs = [await this.#make()];
    const published = this.#pairs.at(-1);
    const signer = signature === "broken" ? await this.#make() : published;
    if (signer === undefined || published === undefined) throw new Error("There is no key.");
    const { kid } = published.publicKey;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: this.algorithm, ...(kid !== undefined && { kid }) })
      .sign(signer.privateKey);
  }

  async #make(): Promise<Pair> {
    const { privateKey, publicKey } = await generateKeyPair(this.algorithm, { extractable: true });
    this.#made += 1;
    const kid = this.#deviations.withoutKeyId ? {} : { kid: `key-${this.#made}` };
    const jwk = { ...(await exportJWK(publicKey)), ...kid, use: "sig", alg: this.algorithm };
    return { privateKey, publicKey: jwk };
  }
}
