import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startAuthorizationServer } from "@rak-oauth/test-kit";
import { expect, it } from "vitest";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("..", import.meta.url));
const flags = ["--import", "tsx", "--conditions=@rak-oauth/source"];

it("three calls at once share one token of the job itself", async () => {
  const { stdout, stderr } = await run(process.execPath, [...flags, "src/with-stand-in.ts"], {
    cwd: folder,
  });
  expect(stdout).toBe(
    "ground: Lovelace\nfirst: nothing free\nsecond: Hopper\n(token requests: 1)\n",
  );
  expect(stderr).toBe("");
});

it("ends with 1 and the server's word where its secret is wrong, and never shows it", async () => {
  const server = await startAuthorizationServer({
    clients: [{ clientId: "nightly-job", clientSecret: "another" }],
  });
  const env = {
    ...process.env,
    ISSUER: server.issuer,
    CLIENT_ID: "nightly-job",
    CLIENT_SECRET: "canary",
    API_URL: server.url,
  };
  const failure = await run(process.execPath, [...flags, "src/main.ts"], {
    cwd: folder,
    env,
  }).catch((error: { readonly code: number; readonly stderr: string }) => error);
  await server.stop();
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining("invalid_client") });
  expect(failure.stderr).not.toContain("canary");
});
