import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { processExists } from "./process-exists.js";
import { runTypeScript } from "./run-typescript.js";

const program = new URL("./start-servers-and-wait.ts", import.meta.url);

async function startOwner(then: "end" | "wait"): Promise<{
  readonly owner: ReturnType<typeof spawn>;
  readonly servers: readonly number[];
}> {
  const owner = spawn(process.execPath, runTypeScript(program, then), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: owner.stdout }), "line");
  return { owner, servers: JSON.parse(String(line)) };
}

it("servers do not outlive a process that is killed", async () => {
  const { owner, servers } = await startOwner("wait");
  expect(servers.map(processExists)).toEqual([true, true]);
  owner.kill("SIGKILL");
  await expect.poll(() => servers.map(processExists), { timeout: 20_000 }).toEqual([false, false]);
});

it("servers neither keep a finished process alive nor outlive it", async () => {
  const { owner, servers } = await startOwner("end");
  if (owner.exitCode === null) {
    await once(owner, "exit");
  }
  expect(owner.exitCode).toBe(0);
  await expect.poll(() => servers.map(processExists), { timeout: 20_000 }).toEqual([false, false]);
});
