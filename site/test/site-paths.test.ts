import { join } from "node:path";
import { expect, it } from "vitest";
import { repository, root, toSiteLink, toSitePath } from "../src/site-paths.ts";

const start = join(root, "docs/start.md");

it.each([
  ["README.md", "index.md"],
  ["packages/core/README.md", "packages/core/index.md"],
  ["docs/start.md", "docs/start.md"],
  ["site/reference/@rak-oauth/core.md", "reference/@rak-oauth/core.md"],
])("%s is %s on the site", (path, expected) => {
  expect(toSitePath(path)).toBe(expected);
});

it.each([
  ["deploy.md#the-proxy-in-front", "/docs/deploy.md#the-proxy-in-front"],
  ["../packages/core", "/packages/core/index.md"],
  ["../packages/core/README.md", "/packages/core/index.md"],
  ["../packages/core/src/index.ts", `${repository}/blob/main/packages/core/src/index.ts`],
  ["../packages", `${repository}/tree/main/packages`],
  [`${repository}/blob/main/docs/deploy.md#logs`, "/docs/deploy.md#logs"],
  [`${repository}/tree/main/packages`, `${repository}/tree/main/packages`],
  ["#then", "#then"],
  ["https://example.com/", "https://example.com/"],
])("a link to %s leads to %s", (href, expected) => {
  expect(toSiteLink(start, href)).toBe(expected);
});

it("a link to nothing is told of", () => {
  expect(() => toSiteLink(start, "nowhere.ts")).toThrow("nowhere.ts");
});
