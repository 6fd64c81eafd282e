import type { OAuth2Config } from "@rak-oauth/core";

export const findContradictions = (config: OAuth2Config): string[] => untrimmed(config);

// shown from here

function untrimmed({ clientId }: OAuth2Config): string[] {
  if (clientId === clientId.trim()) return [];
  return ["clientId begins or ends with a space. Copy it again without."];
}
