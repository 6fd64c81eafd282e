import * as callbackServer from "@rak-oauth/callback-server";
import { expect, it } from "vitest";

it("exports what is documented, and no more", () => {
  expect(Object.keys(callbackServer).sort()).toEqual([
    "SettingsError",
    "createCallbackServer",
    "describeNewApiKey",
    "serve",
    "settingsHelp",
  ]);
});
