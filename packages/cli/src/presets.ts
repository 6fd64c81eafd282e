import type { OAuth2Config } from "@rak-oauth/core";
import type { PresetRegistration } from "@rak-oauth/oidc-discovery";

/** Makes a configuration of a registration, and of what the provider's addresses need beside it. */
export type DefinePreset = (
  registration: PresetRegistration & Readonly<Record<string, unknown>>,
) => OAuth2Config;

/** Providers that need no address, by name. Loaded where they are needed: they are many. */
export async function loadPresets(): Promise<ReadonlyMap<string, DefinePreset>> {
  const discovery: Readonly<Record<string, unknown>> = await import("@rak-oauth/oidc-discovery");
  const names = Object.keys(discovery)
    .filter((name) => name.endsWith("Preset"))
    .map((name) => name.slice(0, -"Preset".length));
  return new Map(
    names.flatMap((name) => {
      const define = discovery[name];
      return typeof define === "function" ? [[name, define as DefinePreset] as const] : [];
    }),
  );
}
