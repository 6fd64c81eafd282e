import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { signIn } from "@rak-oauth/test-kit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type StartedGoogle, startGoogle } from "../src/start-google.js";

const cwd = fileURLToPath(new URL("..", import.meta.url));
let google: StartedGoogle;
let folder: string;

beforeEach(async () => {
  google = await startGoogle();
  folder = await mkdtemp(join(tmpdir(), "gmail-digest-"));
});

afterEach(async () => {
  await google.stop();
  await rm(folder, { recursive: true });
});

/** Runs the program, with each of its users at the browser in turn. */
async function digest(...users: readonly ("alice" | "bob")[]) {
  const flags = ["--import", "tsx", "--conditions=@rak-oauth/source", "src/main.ts"];
  const child = spawn(process.execPath, [...flags, ...users], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...google.environment, MAIL_FOLDER: folder },
  });
  const output = text(child.stdout);
  const closed = once(child, "close");
  const asked: string[] = [];
  let said = "";
  for await (const chunk of child.stderr.setEncoding("utf8")) {
    said += chunk as string;
    const [, user, url] =
      /(\w+) has to connect Gmail\.[\s\S]*?(http:\S+\/auth\?\S+)\n/.exec(said) ?? [];
    if (user === undefined || url === undefined) continue;
    said = "";
    asked.push(user);
    await signIn({ url, user });
  }
  const [code] = await closed;
  return { code, asked, output: await output };
}

const bothDigests = `
alice, 2 unread
  Priya: Interview on Thursday
  Dentist: Your appointment

bob, 1 unread
  Carla: Lunch?
`;

it("asks each user once, and from then on reads the mail of each by itself", async () => {
  const first = await digest("alice", "bob");
  expect(first).toEqual({ code: 0, asked: ["alice", "bob"], output: bothDigests });
  const second = await digest("alice", "bob");
  expect(second).toEqual({ code: 0, asked: [], output: bothDigests });
});

it("says what it wants to know when nobody is named", async () => {
  expect(await digest()).toMatchObject({ code: 2, output: "" });
});
