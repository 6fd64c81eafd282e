import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandHome } from "./command-process.js";

const execute = promisify(execFile);
let home: CommandHome;

beforeAll(async () => {
  home = await CommandHome.create();
});

afterAll(() => home.remove());

describe("help", () => {
  it("names every command, the settings and the exit codes", async () => {
    const { exitCode, stdout, stderr } = await home.run(["--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const name of [
      "connect",
      "connections",
      "token",
      "call",
      "disconnect",
      "doctor",
      "keys",
      "migrate",
      "sweep",
      "serve",
      "completion",
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    }
    expect(stdout).toContain("RAK_OAUTH_PROVIDERS_FILE");
    expect(stdout).toContain("130  interrupted");
  });

  it.each([
    ["connect"],
    ["connections"],
    ["token"],
    ["call"],
    ["disconnect"],
    ["doctor"],
    ["migrate"],
    ["sweep"],
    ["serve"],
    ["keys", "generate"],
    ["keys", "rotate"],
  ])("shows examples of %s %s", async (...words) => {
    const { exitCode, stdout } = await home.run([...words, "--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}.*rak-oauth /);
  });
});

describe("a command line that cannot work", () => {
  it.each([
    [["conect"], "unknown command"],
    [["connections", "--jsn"], "unknown option"],
    [["token"], "missing required argument"],
    [["connect", "google", "--client-id", "x", "--port", "0"], "--port"],
    [["token", "nowhere"], 'Provider "nowhere" is not set up'],
    [["call", "nonsense"], "is no address"],
    [["call", "https://api.example.com", "-d", "{canary"], "no provider is set up"],
    [["connect", "example", "--client-id", "x"], "--issuer"],
    [["connect", "shopify", "--client-id", "x", "--with", "shop"], "--with"],
    [["connect", "shopify", "--client-id", "x"], "shop is undefined and must be"],
    [["connect", "google", "--issuer", "https://a.example"], "need --client-id"],
  ])("ends %j with 2 and says what is wrong", async (words, said) => {
    const { exitCode, stdout, stderr } = await home.run(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(said);
  });

  it("names every wrong setting in one line, without a secret", async () => {
    const { exitCode, stderr } = await home.run(["connections"], {
      environment: { DATABASE_URL: "mysql://canary@host", RAK_OAUTH_PROVIDERS_FILE: "/nowhere" },
    });
    expect(exitCode).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("DATABASE_URL must be of the form");
    expect(stderr).toContain("RAK_OAUTH_PROVIDERS_FILE");
    expect(stderr).not.toContain("canary");
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("gives a script for %s", async (shell) => {
    const { exitCode, stdout } = await home.runProcess(["completion", shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("rak-oauth");
    if (shell === "bash") await execute("bash", ["-n", "-c", stdout]);
  });

  it("knows the commands and their options", async () => {
    const { stdout } = await home.runProcess(["complete", "--", "con"]);
    expect(stdout).toMatch(/^connect\b/m);
    expect(stdout).toMatch(/^connections\b/m);
    expect((await home.runProcess(["complete", "--", "connect", "--de"])).stdout).toContain(
      "--device",
    );
  });
});
