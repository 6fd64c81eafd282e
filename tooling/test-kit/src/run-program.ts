import { execFile } from "node:child_process";

/** How {@link runProgram} runs a program. */
export interface RunProgramOptions {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly cwd?: string | undefined;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/**
 * Runs a program to its end and gives what it printed on stdout.
 *
 * @throws Error with the end of its output when it cannot start or exits with another code than 0
 */
export function runProgram(
  program: string,
  parameters: readonly string[],
  options: RunProgramOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      parameters,
      {
        ...(options.uid === undefined ? {} : { uid: options.uid }),
        ...(options.gid === undefined ? {} : { gid: options.gid }),
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        env: { ...process.env, ...options.environment },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const output = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
        reject(new Error(`${program} failed (${error.code ?? error.signal}): ${output}`));
      },
    );
  });
}
