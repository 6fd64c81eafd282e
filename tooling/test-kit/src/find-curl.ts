import { findExecutable } from "./find-executable.js";
import { installDebianPackage } from "./install-debian-package.js";

/**
 * Finds curl, which pages show commands of, in PATH; else installs Debian's package when this process
 * is root.
 *
 * @throws Error with one line that says what to install
 */
export async function findCurl(): Promise<string> {
  const found = await findExecutable("curl");
  if (found !== undefined) return found;
  await installDebianPackage({
    packages: ["curl"],
    purpose: "curl",
    alternative: "or put it into PATH",
  });
  return "/usr/bin/curl";
}
