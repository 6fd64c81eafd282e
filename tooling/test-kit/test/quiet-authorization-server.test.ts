import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { runTypeScript } from "./run-typescript.js";

it("the authorization server prints nothing that would disturb a demo's screen", async () => {
  const program = new URL("./start-authorization-server.ts", import.meta.url);
  const printed = await promisify(execFile)(process.execPath, runTypeScript(program));
  expect(printed).toEqual({ stdout: "", stderr: "" });
});
