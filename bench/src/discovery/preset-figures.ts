import { build } from "esbuild";
import { atMost, type Figure } from "../figure.js";

/** How many presets a bundle holds that imports one. */
export async function measurePresets(): Promise<readonly Figure[]> {
  const bundled = await build({
    stdin: {
      contents: 'export { github } from "@rak-oauth/oidc-discovery";',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    minify: false,
    format: "esm",
    platform: "node",
    // Needed by every configuration, and of no interest here.
    external: ["@rak-oauth/core"],
  });
  const text = bundled.outputFiles.map((file) => file.text).join("\n");
  return [
    {
      name: "presets in a bundle that imports one",
      // Each preset has the day it was checked.
      value: text.match(/\bcheckedOn:/g)?.length ?? 0,
      unit: "presets",
      target: atMost(1),
      detail: `${text.length} bytes without @rak-oauth/core, ${/undici|ipaddr/.test(text) ? "with" : "no"} HTTP client`,
    },
  ];
}
