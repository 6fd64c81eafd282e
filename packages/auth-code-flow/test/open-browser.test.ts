import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openBrowser } from "../src/open-browser.js";
import { beginSignIn, cliEndpoint } from "./loopback-sign-in.js";

let folder: string;
const { platform } = process;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "open-browser-"));
  Object.defineProperty(process, "platform", { value: "linux" });
});

afterEach(async () => {
  Object.defineProperty(process, "platform", { value: platform });
  await rm(folder, { recursive: true });
});

it("AC-13 gives the address to the system's command as it is, past any shell", async () => {
  const log = join(folder, "arguments");
  const command = join(folder, "xdg-open");
  await writeFile(
    command,
    `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >"${log}.new"\nmv "${log}.new" "${log}"\n`,
  );
  await chmod(command, 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`);
  const hostile = `https://as.example/$(touch%20x)?a=1&b=;touch${"$IFS"}x|x#'"`;
  openBrowser(hostile);
  const read = () => readFile(log, "utf8").catch(() => undefined);
  await expect.poll(read).toBe(`1\n${new URL(hostile).href}\n`);
});

it.each(["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", "mailto:a@b.example"])(
  "AC-13 does not open %s",
  (address) => {
    expect(() => openBrowser(address)).toThrow(/for https and http only/);
  },
);

it("waits for the user all the same where there is no such command", async () => {
  vi.stubEnv("PATH", folder);
  const caller = new AbortController();
  const { url, outcome } = await beginSignIn({
    endpoint: cliEndpoint("https://as.example"),
    openBrowser: true,
    signal: caller.signal,
  });
  const { origin } = new URL(url.searchParams.get("redirect_uri") ?? "");
  expect((await fetch(origin)).status).toBe(404);
  caller.abort();
  await expect(outcome).rejects.toMatchObject({ name: "AbortError" });
});
