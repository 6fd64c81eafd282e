import { createHash } from "node:crypto";
import { credentialId, type ResealChange } from "@rak-oauth/core";

/**
 * What the statement that re-seals binds: identifiers and key identifiers, then where each new
 * envelope begins and how long it is in one value that holds all, then the SHA-256 of each expected
 * one. One value of bytes travels as it is; in an array, a driver writes bytes as text twice as long.
 */
export function resealValues(changes: readonly ResealChange[]): readonly unknown[] {
  const firstBytes: number[] = [];
  let end = 0;
  for (const { sealed } of changes) {
    firstBytes.push(end + 1);
    end += sealed.length;
  }
  const digests = changes.map(({ expected }) => createHash("sha256").update(expected).digest());
  return [
    changes.map(({ key }) => credentialId(key)),
    changes.map(({ keyId }) => keyId),
    firstBytes,
    changes.map(({ sealed }) => sealed.length),
    Buffer.concat(changes.map(({ sealed }) => sealed)),
    Buffer.concat(digests),
  ];
}
