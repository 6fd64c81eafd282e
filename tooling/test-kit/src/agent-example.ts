import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CookieJar } from "tough-cookie";
import { expect, it } from "vitest";
import { findFreePort } from "./free-port.js";
import { signIn } from "./sign-in.js";

/** Options of {@link describeAgentExample}. */
export interface DescribeAgentExampleOptions {
  /** Path of the Node.js that runs it. @defaultValue the one that runs the test */
  readonly node?: string | undefined;
  /** Who is asked, in any order. @defaultValue alice alone */
  readonly users?: readonly ("alice" | "bob")[] | undefined;
}

/**
 * Registers, with Vitest, what an agent must do that reads its users' calendars and has to ask each of
 * them first: its script `start` prints where to sign in and the link, goes on when they are done, prints
 * their events, and ends.
 *
 * @param testFileUrl - `import.meta.url` of a test in the example's `test` folder
 */
export function describeAgentExample(
  testFileUrl: string,
  options: DescribeAgentExampleOptions = {},
): void {
  const { users = ["alice"] } = options;
  it(`asks ${users.join(" and ")} in the browser, goes on when they are done, and shows no token`, async () => {
    const folder = fileURLToPath(new URL("..", testFileUrl));
    const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
      readonly scripts: { readonly start: string };
    };
    const [, ...parameters] = scripts.start.split(" ");
    const child = spawn(options.node ?? process.execPath, parameters, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", PORT: String(await findFreePort()) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const closed = once(child, "close");
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const asked: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said += `${line}\n`;
      const addresses = line.match(/http:\/\/127\.0\.0\.1:\d+\/\S+/g) ?? [];
      if (addresses.length === 2) {
        asked.push(await visit(addresses));
      }
    }
    const [code] = await closed;
    for (const user of users) expect(said).toContain(`Interview with ${user}`);
    expect(said).not.toMatch(/ey[JK][\w-]+\.|access_token|refresh_token/);
    expect({ code, asked: asked.sort() }).toEqual({ code: 0, asked: [...users].sort() });
  });
}

/** Opens one address after the other in the browser of the user who signs in at the first; gives who that is. */
async function visit(addresses: readonly string[]): Promise<string> {
  const user = addresses[0]?.endsWith("/bob") ? "bob" : "alice";
  const cookies = new CookieJar();
  for (const url of addresses) {
    const { status, body } = await signIn({ url, user, cookies });
    if (status !== 200) throw new Error(`The browser of ${user} ended with ${status}: ${body}`);
  }
  return user;
}
