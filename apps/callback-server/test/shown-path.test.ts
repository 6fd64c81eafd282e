import { expect, it } from "vitest";
import { toShownPath } from "../src/shown-path.js";

const handle = "hAndle-of-43-characters_0123456789abcdefghi";

it.each([
  ["/oauth2/callback/microsoft", "/oauth2/callback/microsoft"],
  [`/api/v1/authorizations/${handle}`, "/api/v1/authorizations/…"],
  [`/api/v1/authorizations/${handle}/x`, "/api/v1/authorizations/…/x"],
  [`/api/v1/authorizations/%68${handle.slice(1)}`, "/api/v1/authorizations/…"],
  [`/api/v1/authorizations/${handle.slice(0, -1)}`, "/api/v1/authorizations/…"],
  [`/api/v1/authorizations//${handle}.`, "/api/v1/authorizations//…"],
  [`/${handle}`, "/…"],
])("EV-01 a log shows %s without any handle", (path, shown) => {
  expect(toShownPath(path)).toBe(shown);
});

it("shows no more than a line of a long path", () => {
  expect(toShownPath("/x".repeat(1000))).toHaveLength(200);
});
