import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError, generateKey, type Keyring, loadKeyring } from "../src/index.js";
import { errorOf } from "./error-of.js";

const dataKey = Buffer.alloc(32, 7);
const binding = Buffer.from("alice");
const posix = process.platform !== "win32";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rak-oauth-keys-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeKeyFile(text: string, mode = 0o600): Promise<string> {
  const file = join(folder, "keys");
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

function expectSameKey(one: Keyring, other: Keyring): void {
  const id = one.currentKeyId;
  expect(Buffer.from(other.unwrap(id, one.wrap(dataKey, binding), binding))).toEqual(dataKey);
}

describe("loadKeyring", () => {
  it("takes the keys from RAK_OAUTH_KEYS and warns of nothing", async () => {
    const { keys, source, warnings } = await loadKeyring({
      environment: { RAK_OAUTH_KEYS: `b:${generateKey()},a:${generateKey()}` },
      developmentKeyFile: join(folder, "unused"),
    });
    expect(keys.currentKeyId).toBe("b");
    expect({ source, warnings }).toEqual({ source: "environment", warnings: [] });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["one a line", (one: string, other: string) => `b:${one}\na:${other}\n`],
    ["separated by commas", (one: string, other: string) => `b:${one},a:${other}`],
    [
      "with comments, empty lines, trailing commas and Windows line ends",
      (one: string, other: string) =>
        `# current\r\nb:${one}, # since November\r\n\r\n  a:${other}\r\n`,
    ],
  ])("takes the keys from the file RAK_OAUTH_KEYS_FILE names, %s", async (_how, compose) => {
    const [one, other] = [generateKey(), generateKey()];
    const file = await writeKeyFile(compose(one, other));
    const loaded = await loadKeyring({ environment: { RAK_OAUTH_KEYS_FILE: file } });
    expect(loaded).toMatchObject({ source: "file", warnings: [] });
    const inline = await loadKeyring({ environment: { RAK_OAUTH_KEYS: `b:${one},a:${other}` } });
    expectSameKey(inline.keys, loaded.keys);
    const { keys: old } = await loadKeyring({ environment: { RAK_OAUTH_KEYS: `a:${other}` } });
    expectSameKey(old, loaded.keys);
  });

  it.runIf(posix)("warns of a key file that other users may read, and uses it", async () => {
    const file = await writeKeyFile(`a:${generateKey()}`, 0o644);
    const { keys, warnings } = await loadKeyring({ environment: { RAK_OAUTH_KEYS_FILE: file } });
    expect(keys.currentKeyId).toBe("a");
    expect(warnings).toEqual([
      `RAK_OAUTH_KEYS_FILE (${file}) is open to all users of this machine. Restrict it: chmod 600 ${file}`,
    ]);
  });

  it.each([
    ["that is missing", undefined, "cannot be read (ENOENT)"],
    ["that is empty", "# nothing\n", "entry 1 of 1 is not of the form id:base64"],
    ["with a broken line", "a:canary\n", "entry 1 of 1 holds a key of 4 bytes, not 32"],
  ])("EV-02 refuses a key file %s, naming it and showing no key", async (_what, text, sentence) => {
    const file = text === undefined ? join(folder, "absent") : await writeKeyFile(text);
    const error = await errorOf(() => loadKeyring({ environment: { RAK_OAUTH_KEYS_FILE: file } }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`RAK_OAUTH_KEYS_FILE (${file})`);
    expect(error.message).toContain(sentence);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  });

  it("EV-02 names the variable whose keys are broken, and shows none", async () => {
    const error = await errorOf(() => loadKeyring({ environment: { RAK_OAUTH_KEYS: "a:canary" } }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/^RAK_OAUTH_KEYS: entry 1 of 1 holds a key of 4 bytes/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  });

  it("EV-02 does not guess when both variables are set", async () => {
    const environment = { RAK_OAUTH_KEYS: `a:${generateKey()}`, RAK_OAUTH_KEYS_FILE: "/keys" };
    await expect(loadKeyring({ environment })).rejects.toThrow("are both set. Remove one");
  });

  it.each([
    ["in production", { NODE_ENV: "production" }, true],
    ["in production with an empty variable", { NODE_ENV: "production", RAK_OAUTH_KEYS: " " }, true],
    ["where no development file is named", {}, false],
  ])(
    "EV-02 says what to set and how to make a key when there is none %s",
    async (_where, environment, named) => {
      const developmentKeyFile = named ? join(folder, "development.key") : undefined;
      const error = await errorOf(() => loadKeyring({ environment, developmentKeyFile }));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toContain('set RAK_OAUTH_KEYS to "id:base64", or RAK_OAUTH_KEYS_FILE');
      expect(error.message).toContain("openssl rand -base64 32");
      expect(await readdir(folder)).toEqual([]);
    },
  );
});

describe("a key for development", () => {
  it("is made once, kept for the owner alone, and said loudly each time", async () => {
    const developmentKeyFile = join(folder, "made", "for us", "development.key");
    const first = await loadKeyring({ environment: {}, developmentKeyFile });
    const second = await loadKeyring({ environment: {}, developmentKeyFile });
    expectSameKey(first.keys, second.keys);
    for (const { source, warnings } of [first, second]) {
      expect(source).toBe("development");
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/^DEVELOPMENT KEY: .*Set RAK_OAUTH_KEYS before/);
      expect(warnings[0]).toContain(developmentKeyFile);
    }
    if (posix) expect((await stat(developmentKeyFile)).mode & 0o777).toBe(0o600);
    const key = /:(\S+)/.exec(await readFile(developmentKeyFile, "utf8"))?.[1] ?? "";
    expect(key).toHaveLength(44);
    expect(JSON.stringify([first, second])).not.toContain(key);
  });

  it("is one for all processes that start at once", async () => {
    const developmentKeyFile = join(folder, "development.key");
    const loaded = await Promise.all(
      Array.from({ length: 20 }, () => loadKeyring({ environment: {}, developmentKeyFile })),
    );
    const [first] = loaded;
    for (const { keys } of loaded) expectSameKey(first?.keys as Keyring, keys);
    expect(await readdir(folder)).toEqual(["development.key"]);
  });

  it("is not replaced when its file is damaged", async () => {
    const developmentKeyFile = await writeKeyFile("development:cut");
    await expect(loadKeyring({ environment: {}, developmentKeyFile })).rejects.toThrow(
      `The key file for development (${developmentKeyFile}): entry 1 of 1 holds a key of`,
    );
    expect(await readFile(developmentKeyFile, "utf8")).toBe("development:cut");
  });

  it("EV-02 tells when its file cannot be made", async () => {
    const file = await writeKeyFile("a file");
    const developmentKeyFile = join(file, "development.key");
    const error = await errorOf(() => loadKeyring({ environment: {}, developmentKeyFile }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`${developmentKeyFile}, cannot be made (`);
  });
});
