import * as discovery from "@rak-oauth/oidc-discovery";
import { expect, it } from "vitest";

it("exports what is documented, and no more", () => {
  expect(Object.keys(discovery).sort()).toEqual([
    "discover",
    "facebook",
    "facebookPreset",
    "fromPreset",
    "github",
    "githubPreset",
    "google",
    "googlePreset",
    "googleScopes",
    "googleServiceAccount",
    "microsoft",
    "microsoftPreset",
    "zoom",
    "zoomPreset",
  ]);
});
