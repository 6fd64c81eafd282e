import { execFile } from "node:child_process";
import { compileProgram } from "@rak-oauth/test-kit";
import { describe, expect, it } from "vitest";
import { readMigrations } from "../src/migration-engine.js";
import { usePostgres } from "./postgres-database.js";

const postgres = usePostgres();

interface Outcome {
  readonly code: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command on the sources of this workspace. */
async function runCommand(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const { PATH = "" } = process.env;
  const command = await compileProgram(new URL("../src/migrate-command.ts", import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...parameters],
      { env: { PATH, ...environment } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe("rak-oauth-migrate", () => {
  it("applies the migrations, and says when there was nothing to do", async () => {
    const { url } = await postgres().createDatabase();
    const names = (await readMigrations()).map(({ name }) => name).join(", ");
    expect(await runCommand([], { DATABASE_URL: url })).toEqual({
      code: 0,
      stdout: `Applied ${names}.\n`,
      stderr: "",
    });
    expect(await runCommand([], { DATABASE_URL: url })).toEqual({
      code: 0,
      stdout: "The tables were up to date already.\n",
      stderr: "",
    });
  });

  it("EV-02 says in one line what is wrong, and shows no password", async () => {
    const url = new URL(postgres().url);
    url.password = "canary";
    for (const [address, reason] of [
      ["", /DATABASE_URL is not set/],
      ["canary", /not a PostgreSQL address/],
      [url.href, /user or password/],
    ] as const) {
      const { code, stdout, stderr } = await runCommand([], { DATABASE_URL: address });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(reason);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).not.toContain("canary");
    }
  });

  it("explains itself, and refuses what it does not know", async () => {
    const help = await runCommand(["--help"], {});
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/^Usage: DATABASE_URL=/);
    const unknown = await runCommand(["--force"], { DATABASE_URL: postgres().url });
    expect(unknown).toMatchObject({ code: 1, stdout: "" });
    expect(unknown.stderr).toMatch(/--force.*Usage:/s);
  });
});
