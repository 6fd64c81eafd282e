import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Where people find the repository. */
export const repository = "https://github.com/rak-oauth/rak-oauth";

/** Areas of the repository whose pages are pages of the site. */
const shown = /^([A-Z]+|(docs|packages|apps|examples|site\/reference)\/.+)\.md$/;

/** Where a page of the repository is on the site: `docs/README.md` is `docs/index.md`. */
export function toSitePath(path: string): string {
  return path
    .replace(/(^|\/)README\.md$/, "$1index.md")
    .replace(/^site\/reference\//, "reference/");
}

/** Links of pages that npm shows too, where only whole addresses work. */
const ownAddress = new RegExp(`^${repository}/(?:blob|tree)/main/`);

/**
 * The link of a page as it is on the site: to another of its pages, or else to the repository.
 *
 * @param page - file that holds the link
 */
export function toSiteLink(page: string, href: string): string {
  const isOwn = ownAddress.test(href);
  if (!isOwn && /^([a-z]+:|#)/.test(href)) return href;
  const [path = "", heading] = href.replace(ownAddress, "").split("#");
  const suffix = heading === undefined ? "" : `#${heading}`;
  const target = resolve(isOwn ? root : dirname(page), decodeURIComponent(path));
  const readme = join(target, "README.md");
  const file = relative(root, existsSync(readme) ? readme : target);
  if (shown.test(file)) return `/${toSitePath(file)}${suffix}`;
  const kind = statSync(target).isDirectory() ? "tree" : "blob";
  return `${repository}/${kind}/main/${file}${suffix}`;
}
