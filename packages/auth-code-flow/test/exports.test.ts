import { expect, it } from "vitest";
import * as authCodeFlow from "../src/index.js";

it("exports this and nothing else", () => {
  expect(Object.keys(authCodeFlow).sort()).toEqual([
    "AuthorizationCodeFlow",
    "confirmByUser",
    "refuseAllBrowsers",
    "renderDefaultPage",
    "verifyJwt",
    "verifySessionCookie",
  ]);
});
