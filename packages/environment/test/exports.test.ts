import * as environment from "@rak-oauth/environment";
import { expect, it } from "vitest";

it("exports what is documented, and no more", () => {
  expect(Object.keys(environment).sort()).toEqual([
    "developmentKeyFileIn",
    "readJsonList",
    "readKeys",
    "readProviders",
    "readSecretFiles",
    "readStorage",
  ]);
});
