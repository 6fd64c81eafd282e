import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The root of this repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What a `package.json` of this repository has that is of interest here. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A published package of this repository, and the folder it is in. */
export interface PublishedPackage {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** An empty project that has every published package installed from its tarball. */
export interface InstalledProject {
  readonly folder: string;
  /** Every path that can be imported, such as `@rak-oauth/core/testing`. */
  readonly specifiers: readonly string[];
  /** Every command, such as `rak-oauth-migrate`. */
  readonly commands: readonly string[];
  remove(): Promise<void>;
}

/** Every package of this repository that is published. */
export async function publishedPackages(): Promise<readonly PublishedPackage[]> {
  const groups = ["packages", "apps"].map(async (group) =>
    (await readdir(join(root, group))).map((name) => join(root, group, name)),
  );
  const packages = await Promise.all(
    (await Promise.all(groups)).flat().map(async (folder) => {
      const text = await readFile(join(folder, "package.json"), "utf8");
      return { folder, manifest: JSON.parse(text) as Manifest };
    }),
  );
  return packages.filter(({ manifest }) => !manifest.private);
}

/** Options of {@link installPackedPackages}. */
export interface InstallPackedPackagesOptions {
  /** Which versions of their peers: those of this repository, or the lowest that they say they take. */
  readonly peers: "tested" | "lowest";
}

/** Builds and packs every published package and installs the tarballs, with all peers, elsewhere. */
export async function installPackedPackages(
  options: InstallPackedPackagesOptions,
): Promise<InstalledProject> {
  const folder = await mkdtemp(join(tmpdir(), "rak-oauth-release-"));
  const packages = await publishedPackages();
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`);
  await pnpm(root, ["exec", "turbo", "run", "build", ...filters]);
  await pnpm(root, ["--recursive", ...filters, "pack", "--pack-destination", folder]);

  const tarballs = Object.fromEntries(
    packages.map(({ manifest: { name, version } }) => [
      name,
      `file:${join(folder, `${name.slice(1).replace("/", "-")}-${version}.tgz`)}`,
    ]),
  );
  const peers = packages.flatMap(({ manifest }) =>
    Object.entries(manifest.peerDependencies ?? {}).map(([peer, range]) => [
      peer,
      // Of alternatives the last: of zod, @openai/agents takes version 4 alone.
      options.peers === "lowest"
        ? (range.split("||").at(-1)?.trim() ?? range)
        : (manifest.devDependencies?.[peer] ?? "*"),
    ]),
  );
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({
      name: "consumer",
      private: true,
      type: "module",
      dependencies: { ...Object.fromEntries(peers), ...tarballs, "@types/node": "^20.19.0" },
    }),
  );
  // JSON is YAML. The packages depend on each other by versions that are not published yet.
  await writeFile(
    join(folder, "pnpm-workspace.yaml"),
    JSON.stringify({
      packages: [],
      overrides: tarballs,
      strictDepBuilds: false,
      ...(options.peers === "lowest" && { resolutionMode: "lowest-direct" }),
    }),
  );
  if (options.peers === "tested") {
    // What others publish today must not break this test: their versions are those of this repository.
    await copyFile(join(root, "pnpm-lock.yaml"), join(folder, "pnpm-lock.yaml"));
  }
  await pnpm(folder, ["install", "--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile"]);

  return {
    folder,
    specifiers: (await Promise.all(packages.map(specifiersOf))).flat(),
    commands: packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {})),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What of a package can be imported; a path with `*` stands for each file that was built for it. */
async function specifiersOf({ folder, manifest }: PublishedPackage): Promise<readonly string[]> {
  const paths = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
  const specifiers = paths.map(async (path) => {
    if (!path.endsWith("/*")) return [manifest.name + path.slice(1)];
    const files = await readdir(join(folder, "dist", path.slice(2, -2)));
    return files
      .filter((file) => file.endsWith(".js"))
      .map((file) => manifest.name + path.slice(1, -1) + basename(file, ".js"));
  });
  return (await Promise.all(specifiers)).flat();
}

async function pnpm(cwd: string, parameters: readonly string[]): Promise<void> {
  const text = await readFile(join(root, "package.json"), "utf8");
  const { packageManager } = JSON.parse(text) as { readonly packageManager: string };
  await run("npx", ["-y", packageManager, ...parameters], { cwd });
}
