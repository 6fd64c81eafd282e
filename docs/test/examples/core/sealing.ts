import type { CredentialKey, CredentialService, SealedBytes } from "@rak-oauth/core";

/** Seals a note of the application's own; it opens for this user and as this note alone. */
export function sealNote(
  credentials: CredentialService,
  key: CredentialKey,
  note: string,
): Promise<SealedBytes> {
  return credentials.sealer.seal(Buffer.from(note, "utf8"), { key, field: "note" });
}

export async function openNote(
  credentials: CredentialService,
  key: CredentialKey,
  { sealed }: SealedBytes,
): Promise<string> {
  const opened = await credentials.sealer.open(sealed, { key, field: "note" });
  return Buffer.from(opened).toString("utf8");
}
