import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import { shareAssertions } from "../../src/api/used-assertions.js";
import { openStores } from "../../src/open-stores.js";
import { sharedDatabases } from "../databases.js";

it.each(sharedDatabases)(
  "an assertion is used once among all instances on %s",
  {
    timeout: 60_000,
  },
  async (_name, start) => {
    const storage = await start();
    const openInstance = async () => {
      const { counts, close } = await openStores(storage, pino({ level: "silent" }));
      onTestFinished(close);
      if (counts === undefined) return expect.unreachable("instances share this storage");
      return shareAssertions(counts);
    };
    const [one, other] = [await openInstance(), await openInstance()];
    const now = Date.now();
    const times = { now, expiresAt: now + 60_000 };
    expect(await one.use("first", times)).toBe(true);
    expect(await other.use("first", times)).toBe(false);
    expect(await one.use("first", times)).toBe(false);
    const answers = await Promise.all(
      [one, other, one, other].map((each) => each.use("next", times)),
    );
    expect(answers.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(await one.use("of no time left", { now, expiresAt: now })).toBe(true);
    const forgotten = async () => {
      expect(await other.use("of no time left", { now, expiresAt: now })).toBe(true);
    };
    await vi.waitFor(forgotten, { timeout: 10_000, interval: 100 });
  },
);
