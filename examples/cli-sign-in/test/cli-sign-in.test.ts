import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type AuthorizationServer, signIn, startAuthorizationServer } from "@rak-oauth/test-kit";
import { afterAll, beforeAll, expect, it } from "vitest";

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let server: AuthorizationServer;

beforeAll(async () => {
  server = await startAuthorizationServer({
    devicePollIntervalSeconds: 1,
    clients: [
      {
        clientId: "calendar-cli",
        authentication: "none",
        applicationType: "native",
        redirectUris: ["http://127.0.0.1/callback"],
        grantTypes: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
      },
    ],
  });
});

afterAll(() => server.stop());

/** Starts the command, and gives it with what it has told the user. */
async function start(flag: string, told: RegExp) {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=@rak-oauth/source", program, flag],
    { env: { ...process.env, ISSUER: server.issuer } },
  );
  const exited = once(child, "exit");
  const output = readOutput(child);
  let errors = "";
  for await (const text of child.stderr.setEncoding("utf8")) {
    errors += text as string;
    const found = told.exec(errors)?.[0];
    if (found !== undefined) return { found, child, exited, output };
  }
  throw new Error(`The command said nothing of ${told}: ${errors}`);
}

async function readOutput(child: ChildProcessWithoutNullStreams): Promise<string> {
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8")) output += text as string;
  return output;
}

it("AC-09 greets who signed in with a browser on this machine", async () => {
  const { found, exited, output } = await start("--no-browser", /http:\/\/\S+\/auth\?\S+(?=\n)/);
  await signIn({ url: found, user: "alice" });
  expect(await output).toMatch(/^Hello, (Alice Example|alice)\.\n$/);
  expect(await exited).toEqual([0, null]);
});

it("greets who typed the code elsewhere", async () => {
  const { found, exited, output } = await start("--device", /[A-Z]{4}-[A-Z]{4}(?=\n)/);
  await server.approveDevice(found, "bob");
  expect(await output).toMatch(/^Hello, (Bob Example|bob)\.\n$/);
  expect(await exited).toEqual([0, null]);
});

it("ends on Ctrl-C with 130", async () => {
  const { child, exited } = await start("--device", /[A-Z]{4}-[A-Z]{4}(?=\n)/);
  child.kill("SIGINT");
  expect(await exited).toEqual([130, null]);
});
