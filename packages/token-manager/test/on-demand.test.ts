import { HttpResponse } from "msw";
import { expect, it } from "vitest";
import { exampleConfig } from "./fixtures.js";
import { hour, useManagedWorld, values } from "./managed-world.js";

const world = useManagedWorld();

const config = exampleConfig({ flow: "client_credentials" });
const token = () =>
  HttpResponse.json({ access_token: "application", token_type: "Bearer", expires_in: 3600 });

it("asks once for any number of callers, and again when the token has expired", async () => {
  world.provider.answerNext(token);
  const manager = world.manage({ config });
  const ask = () => Promise.all(Array.from({ length: 100 }, () => manager.getToken()));
  expect(values(await ask())).toEqual(new Set(["application"]));
  await ask();
  expect(world.provider.requests).toHaveLength(1);
  world.clock.advance(hour + 1);
  world.provider.answerNext(token);
  await ask();
  expect(world.provider.requests).toHaveLength(2);
  expect(world.provider.requests[0]?.get("grant_type")).toBe("client_credentials");
});

it("is the application's own token whoever asks", async () => {
  world.provider.answerNext(token);
  const manager = world.manage({ config });
  await Promise.all([manager.getToken({ userId: "alice" }), manager.forUser("bob").getToken()]);
  expect(world.provider.requests).toHaveLength(1);
});
