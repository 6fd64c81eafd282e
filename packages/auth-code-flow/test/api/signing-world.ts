import {
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomUUID,
} from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import type { UsedAssertions } from "../../src/api/index.js";
import { type ApiWorld, openApiWorld, publicUrl } from "./api-world.js";

/** Claims of an assertion, each to be changed or left out. */
export type Claims = { readonly [Name in keyof JWTPayload]?: JWTPayload[Name] | undefined };

/** What {@link openSigningWorld} may be given. */
export interface SigningWorldOptions {
  readonly keys?: KeyPairKeyObjectResult | undefined;
  readonly usedAssertions?: UsedAssertions | undefined;
}

/** An API and its client that signs. */
export interface SigningWorld extends ApiWorld {
  readonly openClient: {
    readonly publicKey: KeyObject;
    claims(): JWTPayload;
    sign(changes?: Claims, key?: KeyObject): Promise<string>;
  };
}

/** An API with a client that signs assertions, with a new key or that of another world. */
export async function openSigningWorld(options: SigningWorldOptions = {}): Promise<SigningWorld> {
  const { keys = generateKeyPairSync("ec", { namedCurve: "P-256" }), usedAssertions } = options;
  const { privateKey, publicKey } = keys;
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "1" };
  const world = await openApiWorld({
    usedAssertions,
    clients: [{ name: "signer", publicKeys: [jwk] }],
  });
  const claims = (): JWTPayload => ({
    iss: "signer",
    sub: "signer",
    aud: publicUrl,
    exp: world.time.now() / 1000 + 60,
    jti: randomUUID(),
  });
  return {
    ...world,
    openClient: {
      claims,
      publicKey,
      sign: (changes: Claims = {}, key: KeyObject = privateKey) =>
        new SignJWT({ ...claims(), ...changes } as JWTPayload)
          .setProtectedHeader({ alg: "ES256", kid: "1" })
          .sign(key),
    },
  };
}
