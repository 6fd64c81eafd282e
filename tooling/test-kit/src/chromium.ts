import { access, constants } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";
import { findExecutable, firstExecutable } from "./find-executable.js";
import { installDebianPackage } from "./install-debian-package.js";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const alternative = "or set CHROMIUM_PATH to one";

/**
 * Finds Chromium: the one that CHROMIUM_PATH names, else the machine's own, else Debian's package
 * when this process is root.
 *
 * @throws Error with one line that says what to install
 */
export async function findChromium(): Promise<string> {
  const given = process.env["CHROMIUM_PATH"];
  if (given) {
    await access(given, constants.X_OK).catch((cause: unknown) => {
      throw new Error(`CHROMIUM_PATH names ${given}, which cannot be executed.`, { cause });
    });
    return given;
  }
  const found = await findOnMachine();
  if (found !== undefined) {
    return found;
  }
  await installDebianPackage({
    packages: ["chromium", "fonts-liberation"],
    purpose: "Chromium",
    alternative,
  });
  const installed = await findOnMachine();
  if (installed === undefined) {
    throw new Error(`The Debian package chromium holds no browser; install one, ${alternative}.`);
  }
  return installed;
}

/**
 * Starts Chromium without a window and without any traffic of its own. The caller closes it.
 *
 * @throws Error with one line that says what to install
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

async function findOnMachine(): Promise<string | undefined> {
  const installed = await firstExecutable(names.map((name) => `/usr/bin/${name}`));
  if (installed !== undefined) {
    return installed;
  }
  for (const name of names) {
    const found = await findExecutable(name);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
