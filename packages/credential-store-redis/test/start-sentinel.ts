import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort, type Redis as RedisServer } from "@rak-oauth/test-kit";

/** A Redis Sentinel of a test's own. */
export interface Sentinel {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Ends the server with the pipe, and so with this process however that ends. */
const untilPipeCloses = '"$@" & read -r _; kill -KILL $!';

/** Starts one Sentinel that watches `primary` under the name "primary" and fails over by itself. */
export async function startSentinel(primary: RedisServer): Promise<Sentinel> {
  const directory = await mkdtemp(join(tmpdir(), "rak-oauth-sentinel-"));
  const port = await findFreePort();
  const configuration = join(directory, "sentinel.conf");
  const settings = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${directory}`,
    `sentinel monitor primary 127.0.0.1 ${primary.port} 1`,
    "sentinel down-after-milliseconds primary 500",
    "sentinel failover-timeout primary 3000",
  ];
  await writeFile(configuration, `${settings.join("\n")}\n`);
  // Redis is one program with many names; Debian may have it under another than this one.
  const program = join(directory, "redis-server");
  await symlink(await readlink(`/proc/${primary.pid}/exe`), program);
  const child = spawn(
    "/bin/sh",
    ["-c", untilPipeCloses, "sentinel", program, configuration, "--sentinel"],
    { stdio: ["pipe", "ignore", "inherit"] },
  );
  const stop = async () => {
    const exit = once(child, "exit");
    child.stdin.end();
    await exit;
    await rm(directory, { recursive: true, force: true });
  };
  return { host: "127.0.0.1", port, stop };
}
