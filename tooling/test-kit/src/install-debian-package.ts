import { firstExecutable } from "./find-executable.js";
import { runProgram } from "./run-program.js";

/** What {@link installDebianPackage} installs. */
export interface InstallDebianPackageOptions {
  /** Package names; the first one is named in messages. */
  readonly packages: readonly [string, ...string[]];
  /** For messages: what could not be found, as in "Redis". */
  readonly purpose: string;
  /** How else a person can provide it, as in "or set REDIS_URL". */
  readonly alternative: string;
}

/**
 * $1 is the lock file, the rest are packages. `policy-rc.d` answering 101 keeps dpkg from starting
 * any service; one that the machine has already is its owner's word and stays.
 */
const installScript = `
set -e
lock=$1; shift
exec 9>"$lock"
flock 9
if dpkg-query -W -f '\${db:Status-Status}\\n' "$@" 2>/dev/null | grep -c '^installed$' | grep -qx "$#"; then
  exit 0
fi
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 1' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
install() { apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; }
if ! apt-cache show "$@" >/dev/null 2>&1; then apt-get update; fi
# An installation that was interrupted, by Ctrl-C perhaps, has to be finished first.
install "$@" || { dpkg --configure -a; apt-get update; install "$@"; }
`;

/**
 * Installs packages of the machine's Debian, without letting any service of theirs start, and says
 * so on stderr. Several processes may ask for the same at once: one installs, the others wait.
 *
 * @throws Error with one line that says what to install, where this process may not do it
 */
export async function installDebianPackage(options: InstallDebianPackageOptions): Promise<void> {
  const [name] = options.packages;
  const aptGet = await firstExecutable(["/usr/bin/apt-get"]);
  if (aptGet === undefined || process.getuid?.() !== 0) {
    throw new Error(
      `${options.purpose} is not on this machine: install it (on Debian as root: apt-get install ${options.packages.join(" ")}), ${options.alternative}.`,
    );
  }
  process.stderr.write(`test-kit: installing the Debian package ${name} with apt-get …\n`);
  try {
    await runProgram(
      "/bin/sh",
      ["-c", installScript, "install", "/var/lock/rak-oauth-test-kit.lock", ...options.packages],
      { environment: { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" } },
    );
  } catch (error) {
    throw new Error(
      `${options.purpose} is not on this machine and apt-get could not install ${name}; install it by hand, ${options.alternative}.`,
      { cause: error },
    );
  }
}
