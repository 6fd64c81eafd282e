import { findExecutable } from "./find-executable.js";
import { installDebianPackage } from "./install-debian-package.js";

/** A program that is redis-server when it is called by that name. */
export interface RedisProgram {
  readonly program: string;
  readonly programName: string;
}

/**
 * Finds redis-server on PATH, else installs it from Debian when this process is root.
 *
 * @throws Error with one line that says what to install
 */
export async function findRedisProgram(): Promise<RedisProgram> {
  const found = await findOnPath();
  if (found !== undefined) {
    return found;
  }
  // Debian's redis-tools holds the server's program; redis-server adds only a link and the service,
  // which would start at every boot of a machine that only wanted to run a test.
  await installDebianPackage({
    packages: ["redis-tools"],
    purpose: "Redis",
    alternative: "or set REDIS_URL to a server that may be used for tests",
  });
  const installed = await findOnPath();
  if (installed === undefined) {
    throw new Error(
      "The Debian package redis-tools is installed but holds no server; install redis-server, or set REDIS_URL to a server that may be used for tests.",
    );
  }
  return installed;
}

async function findOnPath(): Promise<RedisProgram | undefined> {
  const program =
    (await findExecutable("redis-server")) ?? (await findExecutable("redis-check-rdb"));
  return program === undefined ? undefined : { program, programName: "redis-server" };
}
