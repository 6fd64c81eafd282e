import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findFreePort } from "@rak-oauth/test-kit";

/** The built server as a process of its own. */
export interface MeasuredServer {
  readonly origin: string;
  /** From the start of the process to the first good answer of `/readyz`, in milliseconds. */
  readonly startMs: number;
  /** CPU time since the start of the process, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resident memory now, in MB. */
  memoryMb(): Promise<number>;
  stop(): Promise<void>;
}

const entry = fileURLToPath(import.meta.resolve("@rak-oauth/callback-server"));
const command = join(dirname(entry), "main.js");
/** Linux counts CPU time in hundredths of a second for everybody. */
const tickMs = 10;
const startTimeoutMs = 60_000;

/** Starts the built server with these settings and waits until it is ready. */
export async function startMeasuredServer(
  settings: Readonly<Record<string, string>>,
  port?: number | undefined,
): Promise<MeasuredServer> {
  const listening = port ?? (await findFreePort());
  const origin = `http://127.0.0.1:${listening}`;
  const began = performance.now();
  const child = spawn(process.execPath, [command], {
    env: { PATH: process.env["PATH"] ?? "", PORT: String(listening), ...settings },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await untilReady(child, origin, began + startTimeoutMs);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  const startMs = performance.now() - began;
  return {
    origin,
    startMs,
    async cpuMs() {
      const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
      // After the name, which may hold spaces: user and system time are the 12th and 13th fields.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * tickMs;
    },
    async memoryMb() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1000;
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

async function untilReady(child: ChildProcess, origin: string, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await delay(5);
  }
  throw new Error(`The server was not ready after ${startTimeoutMs} ms.`);
}
