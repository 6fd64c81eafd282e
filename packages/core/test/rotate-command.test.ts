import { EventEmitter } from "node:events";
import { runRotateCommand } from "@rak-oauth/core/rotate-command";
import { beforeEach, describe, expect, it } from "vitest";
import {
  AccessToken,
  CredentialService,
  type CredentialStore,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
  Secret,
  StoreUnavailableError,
} from "../src/index.js";
import { ManualClock } from "./manual-clock.js";

const oldKey = `old:${generateKey()}`;
const newKey = `new:${generateKey()}`;
const environment = { STORE_URL: "store://host", RAK_OAUTH_KEYS: `${newKey},${oldKey}` };

let store: MemoryCredentialStore;
let clock: ManualClock;

beforeEach(() => {
  store = new MemoryCredentialStore();
  clock = new ManualClock();
});

async function fill(count: number, keys: string = oldKey): Promise<void> {
  const service = new CredentialService({ store, keys: parseKeyring(keys) });
  for (let index = 0; index < count; index += 1) {
    await service.storeCredentials(
      { userId: `user-${index}`, provider: "example" },
      { accessToken: new AccessToken("canary"), refreshToken: new Secret("canary") },
    );
  }
}

interface Run {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly isTTY?: boolean;
  readonly on?: CredentialStore;
  readonly whileRunning?: (signals: EventEmitter) => void;
}

/** Runs the command on a process of its own making. */
async function run({ argv = [], env = environment, isTTY, on = store, whileRunning }: Run = {}) {
  let out = "";
  let errors = "";
  let closed = 0;
  const signals = new EventEmitter();
  const exitCode = await runRotateCommand({
    command: "rotate-store",
    addressVariable: "STORE_URL",
    addressExample: "store://host",
    clock,
    openStore: (address) => {
      expect(address).toBe("store://host");
      whileRunning?.(signals);
      return {
        store: on,
        close: async () => {
          closed += 1;
        },
      };
    },
    process: Object.assign(signals, {
      argv: ["node", "rotate-store", ...argv],
      env,
      stdout: { write: (text: string) => (out += text) },
      stderr: { isTTY, write: (text: string) => (errors += text) },
    }),
  });
  expect(signals.listenerCount("SIGINT") + signals.listenerCount("SIGTERM")).toBe(0);
  expect(`${out}${errors}`).not.toContain("canary");
  for (const key of [oldKey, newKey]) {
    expect(`${out}${errors}`).not.toContain(key.split(":")[1] ?? key);
  }
  return { exitCode, out, errors, closed };
}

/** The same store, which does something before each batch is written. */
function beforeEachBatch(action: () => unknown): CredentialStore {
  return new Proxy<CredentialStore>(store, {
    get(target, name) {
      const method = target[name as "read"] as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        if (name === "reseal") await action();
        return method.apply(target, given);
      };
    },
  });
}

describe("runRotateCommand", () => {
  it("ST-08 ends with 0 and says that the old keys can go", async () => {
    await fill(1_200);
    const { exitCode, out, errors, closed } = await run();
    expect(exitCode).toBe(0);
    expect(out).toContain('Re-sealed under key "new": 1,200. Written by others meanwhile: 0.');
    expect(out).toContain("None is left under another key. Remove the older keys once");
    expect(errors).toBe("500 re-sealed, 700 left, 0/s\n");
    expect(closed).toBe(1);
    expect(await store.countSealedByOtherKeys("new")).toBe(0);
  });

  it("writes a line of progress now and then, with rate and time left", async () => {
    await fill(2_000);
    const { errors } = await run({ on: beforeEachBatch(() => clock.advance(6_000)) });
    expect(errors.split("\n")).toEqual([
      "500 re-sealed, 1,500 left, 83/s, ready in 18 s",
      "1,500 re-sealed, 500 left, 83/s, ready in 6 s",
      "",
    ]);
  });

  it("rewrites one line on a terminal", async () => {
    await fill(1_200);
    const { errors } = await run({
      isTTY: true,
      on: beforeEachBatch(() => clock.advance(100_000)),
    });
    expect(errors).toBe(
      "\r\u001b[2K500 re-sealed, 700 left, 5/s, ready in 2 min 20 s" +
        "\r\u001b[2K1,000 re-sealed, 200 left, 5/s, ready in 40 s" +
        "\r\u001b[2K1,200 re-sealed, 0 left, 4/s, ready in 0 s\n",
    );
  });

  it.each(["SIGINT", "SIGTERM"])(
    "ST-08 ends with 130 after %s and says how to go on",
    async (signal) => {
      await fill(3_000);
      let signals: EventEmitter | undefined;
      const { exitCode, out, errors, closed } = await run({
        whileRunning: (given) => {
          signals = given;
        },
        on: beforeEachBatch(() => signals?.emit(signal)),
      });
      expect(exitCode).toBe(130);
      expect(errors).toContain("Ending after the running batches. Once more ends at once.");
      const left = await store.countSealedByOtherKeys("new");
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(3_000);
      expect(out).toContain(`Left: ${left.toLocaleString("en-US")}. Run the same command again`);
      expect(closed).toBe(1);
      expect((await run()).exitCode).toBe(0);
    },
  );

  it("ends with 2 and names what does not open", async () => {
    await fill(25, `lost:${generateKey()}`);
    const { exitCode, out, errors } = await run();
    expect(exitCode).toBe(2);
    expect(out).toContain("Not opened, and left as they are: 25. Give the missing keys");
    expect(errors).toMatch(
      /^Unreadable: {"userId":"user-\d+","provider":"example"}: A record was/m,
    );
    expect(errors).toContain("… and 5 more; --json lists up to 1,000.");
  });

  it("ends with 2 when a process still seals under an old key", async () => {
    await fill(1);
    const { exitCode, out } = await run({ on: beforeEachBatch(() => fill(1)) });
    expect(exitCode).toBe(2);
    expect(out).toContain("Sealed under another key while this ran: 1. A process still has it");
  });

  it("writes the result as JSON", async () => {
    await fill(2);
    await store.put(
      { userId: "bob", provider: "example" },
      { sealed: Buffer.from("damaged"), keyId: "old", fingerprint: "x" },
    );
    const { exitCode, out } = await run({ argv: ["--json"] });
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toEqual({
      keyId: "new",
      resealed: 2,
      skipped: 0,
      unreadable: 1,
      remaining: 1,
      ratePerSecond: 0,
      interrupted: false,
      unreadableCredentials: [
        {
          key: { userId: "bob", provider: "example" },
          keyId: "old",
          reason: expect.stringContaining("A sealed record"),
        },
      ],
    });
  });

  it("shows its help", async () => {
    const { exitCode, out } = await run({ argv: ["--help"], env: {} });
    expect(exitCode).toBe(0);
    expect(out).toContain("Usage: STORE_URL=store://host RAK_OAUTH_KEYS=new:…,old:… rotate-store");
    expect(out).toContain("Exit code 0 when nothing is left");
  });

  it.each<[string, Run, string]>([
    ["an unknown option", { argv: ["--canaries"] }, "Unknown option '--canaries'"],
    [
      "no address",
      { env: { RAK_OAUTH_KEYS: newKey } },
      "STORE_URL is not set; it must hold store:",
    ],
    ["no keys", { env: { STORE_URL: "store://host" } }, "set RAK_OAUTH_KEYS to"],
    [
      "broken keys",
      { env: { ...environment, RAK_OAUTH_KEYS: "new:canary" } },
      "RAK_OAUTH_KEYS: entry",
    ],
  ])("EV-02 ends with 1 and the reason for %s", async (_what, given, sentence) => {
    const { exitCode, out, errors } = await run(given);
    expect(exitCode).toBe(1);
    expect(out).toBe("");
    expect(errors).toContain(sentence);
  });

  it("ends with 1 and the reason when the store goes away, and closes it", async () => {
    await fill(1);
    const away = beforeEachBatch(() => {
      throw new StoreUnavailableError("The database went away.");
    });
    const { exitCode, errors, closed } = await run({ on: away });
    expect({ exitCode, errors, closed }).toEqual({
      exitCode: 1,
      errors: "The database went away.\n",
      closed: 1,
    });
  });
});
