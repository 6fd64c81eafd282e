import type { Suite } from "../figure.js";
import { measureCold, measureCrowd } from "./discovery-figures.js";
import { measurePresets } from "./preset-figures.js";

/** What it costs to learn where a provider's endpoints are. */
export const discoverySuite: Suite = {
  name: "discovery",
  description:
    "discovery against a bare GET and peers, alone and in a crowd; what one preset loads",
  parts: [
    { name: "cold", measure: (_, size) => measureCold(size) },
    { name: "crowd", measure: (_, size) => measureCrowd(size) },
    { name: "presets", measure: measurePresets },
  ],
};
