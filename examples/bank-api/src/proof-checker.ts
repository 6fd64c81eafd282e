import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from "jose";

const maximumAgeSeconds = 60;

/** What an API looks at in DPoP proofs (RFC 9449 §4.3). */
export class ProofChecker {
  readonly #seen = new Set<unknown>();

  /** The thumbprint of the key that a request proves to have; nothing when it proves none. */
  async check(request: Request, token: string): Promise<string | undefined> {
    const { origin, pathname } = new URL(request.url);
    try {
      const { payload, protectedHeader } = await jwtVerify(
        request.headers.get("dpop") ?? "",
        EmbeddedJWK,
        {
          typ: "dpop+jwt",
          algorithms: ["ES256"],
          maxTokenAge: maximumAgeSeconds,
          requiredClaims: ["jti", "htm", "htu", "ath"],
        },
      );
      const { jti, htm, htu, ath } = payload;
      const isForThis =
        htm === request.method &&
        htu === `${origin}${pathname}` &&
        ath === createHash("sha256").update(token).digest("base64url");
      // A proof is good once. They are kept as long as this process lives: a bank forgets old ones.
      if (!isForThis || this.#seen.has(jti) || protectedHeader.jwk === undefined) return undefined;
      this.#seen.add(jti);
      return await calculateJwkThumbprint(protectedHeader.jwk);
    } catch {
      return undefined;
    }
  }
}
