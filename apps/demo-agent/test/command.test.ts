import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { compileProgram } from "@rak-oauth/test-kit";
import { afterEach, expect, it } from "vitest";

const minutes = 60_000;
const main = await compileProgram(new URL("../src/main.ts", import.meta.url));
let demo: ChildProcess | undefined;

afterEach(() => {
  if (demo?.exitCode === null) demo.kill("SIGKILL");
});

function run(...flags: string[]) {
  const child = spawn(process.execPath, [main, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  demo = child;
  return child;
}

it(
  "explains itself",
  async () => {
    const child = run("--help");
    expect(await text(child.stdout)).toContain("--auto");
  },
  minutes,
);

it(
  "names a wrong option and how to call it",
  async () => {
    const child = run("--wrong");
    const [problem, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(code).toBe(2);
    expect(problem).toContain("--wrong");
    expect(problem).toContain("Usage");
  },
  minutes,
);

it(
  "leaves nothing running when it is interrupted",
  async () => {
    const child = run();
    let output = "";
    const linkShown = new Promise<string>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const link = /http:\/\/127\.0\.0\.1:\d+\/oauth2\/connect\S*/.exec(output)?.[0];
        if (link !== undefined) resolve(link);
      });
    });
    const link = await linkShown;
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(130);
    expect(output).toContain("nothing keeps running");
    await expect(fetch(link)).rejects.toThrow();
  },
  minutes,
);
