import { AccessToken, CredentialService, generateKey, parseKeyring } from "@rak-oauth/core";
import { expect, it, vi } from "vitest";
import { alice, exampleConfig, issued, serviceOn } from "./fixtures.js";
import { rejection, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();

it("TM-16 stops use in every process at once, and says what was really revoked", async () => {
  await world.connectAlice();
  const [here, there] = [world.manageElsewhere(), world.manageElsewhere()];
  await Promise.all([here.getToken({ userId: "alice" }), there.getToken({ userId: "alice" })]);
  expect(await here.disconnect({ userId: "alice" })).toEqual({
    disconnected: true,
    accessToken: "revoked",
    refreshToken: "revoked",
  });
  expect(world.provider.revoked).toEqual(["refresh-alice", "access-alice"]);
  for (const manager of [here, there]) {
    const error = await rejection(manager.getToken({ userId: "alice" }));
    expect(error).toMatchObject({ code: "needs_user_authorization", reason: "connect" });
  }
});

it("TR-12 revokes the tokens for single resources too, and tells the worst of what came of it", async () => {
  world.provider.grant("refresh-alice");
  const names = ["a", "b"];
  await world.credentials.storeCredentials(alice, {
    ...issued(world.clock, { refreshToken: "refresh-alice", accessToken: "access-alice" }),
    resourceTokens: names.map((name) => ({
      resource: `https://${name}.example/`,
      accessToken: new AccessToken(`for-${name}`),
    })),
  });
  world.provider.doNotRevoke("for-a");
  expect(await world.manage().disconnect({ userId: "alice" })).toMatchObject({
    accessToken: "failed",
    refreshToken: "revoked",
  });
  expect(world.provider.revoked[0]).toBe("refresh-alice");
  expect(world.provider.revoked.slice(1).sort()).toEqual(["access-alice", "for-b"]);
});

it("TR-12 forgets the tokens also where the provider cannot revoke", async () => {
  await world.connectAlice();
  const manager = world.manage({ config: exampleConfig({ revocationUrl: undefined }) });
  expect(await manager.disconnect({ userId: "alice" })).toEqual({
    disconnected: true,
    accessToken: "unsupported",
    refreshToken: "unsupported",
  });
  expect(await world.credentials.read(alice)).toBeUndefined();
});

it("TR-12 forgets what cannot be read any more, and does not call it revoked", async () => {
  const keys = parseKeyring(`lost:${generateKey()}`);
  const before = new CredentialService({ store: world.store, keys, clock: world.clock });
  await before.storeCredentials(alice, issued(world.clock, {}));
  expect(await world.manage().disconnect({ userId: "alice" })).toEqual({
    disconnected: true,
    accessToken: "unreadable",
    refreshToken: "unreadable",
  });
  expect(world.provider.revoked).toEqual([]);
  expect(await world.store.read(alice)).toBeUndefined();
});

it("AC-17 leaves what the user consents to while the old tokens are being revoked", async () => {
  await world.connectAlice();
  const revoke = world.store.revoke.bind(world.store);
  vi.spyOn(world.store, "revoke").mockImplementationOnce(async (key) => {
    const record = await revoke(key);
    const tokens = issued(world.clock, { accessToken: "consented" });
    await serviceOn(world.store, world.clock).storeCredentials(alice, tokens);
    return record;
  });
  const manager = world.manage();
  expect(await manager.disconnect({ userId: "alice" })).toMatchObject({ disconnected: true });
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("consented");
});

it("TM-16 gives no token any more while the provider is being asked to revoke it", async () => {
  await world.connectAlice();
  const manager = world.manage();
  // Its own news must do without the store's.
  vi.spyOn(world.store, "watch").mockResolvedValue(async () => {});
  await manager.getToken({ userId: "alice" });
  let revoke = () => {};
  const revoked = new Promise<object>((resolve) => {
    revoke = () => resolve({});
  });
  const revoking = new Promise<void>((asked) => {
    world.answer("https://as.example/revoke", () => {
      asked();
      return revoked;
    });
  });
  const disconnecting = manager.disconnect({ userId: "alice" });
  await revoking;
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    reason: "revoked",
  });
  revoke();
  expect(await disconnecting).toMatchObject({ disconnected: true });
});

it("says that there was nothing to disconnect", async () => {
  expect(await world.manage().disconnect({ userId: "alice" })).toEqual({
    disconnected: false,
    accessToken: "none",
    refreshToken: "none",
  });
});
