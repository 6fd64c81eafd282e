import type { CredentialKey, CredentialService } from "@rak-oauth/core";

export async function sealNote(
  { sealer }: CredentialService,
  key: CredentialKey,
  note: string,
): Promise<Uint8Array> {
  return (await sealer.seal(Buffer.from(note, "utf8"), { key, field: "note" })).sealed;
}

export async function openNote(
  { sealer }: CredentialService,
  key: CredentialKey,
  sealed: Uint8Array,
): Promise<string> {
  return Buffer.from(await sealer.open(sealed, { key, field: "note" })).toString("utf8");
}
