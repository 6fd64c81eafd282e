import { generateKeyPairSync } from "node:crypto";
import { StoreUnavailableError } from "@rak-oauth/core";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { rememberAssertions } from "../../src/api/used-assertions.js";
import { openStores } from "../../src/open-stores.js";
import { sharedDatabases } from "../databases.js";
import { openSigningWorld } from "./signing-world.js";

const path = "/connections?userId=alice";

it.each(sharedDatabases)(
  "an assertion opens the API once among all instances on %s",
  {
    timeout: 60_000,
  },
  async (_name, start) => {
    const storage = await start();
    const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const openInstance = async () => {
      const { counts, close } = await openStores(storage, pino({ level: "silent" }));
      onTestFinished(close);
      return openSigningWorld({ keys, usedAssertions: rememberAssertions(counts) });
    };
    const [one, other] = [await openInstance(), await openInstance()];
    const bearer = await one.openClient.sign();
    expect((await one.ask("GET", path, { bearer })).status).toBe(200);
    expect((await other.ask("GET", path, { bearer })).status).toBe(401);
    expect((await one.ask("GET", path, { bearer })).status).toBe(401);
    const next = await one.openClient.sign();
    const answers = await Promise.all(
      [one, other, one, other].map(({ ask }) => ask("GET", path, { bearer: next })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  },
);

it("opens nothing while nobody can tell whether an assertion was used", async () => {
  const use = () => Promise.reject(new StoreUnavailableError("The database is away."));
  const { ask, openClient } = openSigningWorld({ usedAssertions: { use } });
  const response = await ask("GET", path, { bearer: await openClient.sign() });
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
});
