import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";
import { startAuthorizationServer } from "@rak-oauth/test-kit";
import { expect, it } from "vitest";
import { discover, registerClient } from "../src/index.js";

it("gives what discover needs, at a real server, and keeps it sealed", async () => {
  const server = await startAuthorizationServer({ registersClients: true });
  const store = new MemoryCredentialStore();
  const credentials = new CredentialService({
    store,
    keys: parseKeyring(`test:${generateKey()}`),
  });
  try {
    const registration = await registerClient(server.issuer, {
      clientName: "Agent",
      redirectUri: "http://127.0.0.1/callback",
      scopes: ["openid"],
      credentials,
      allowInsecureLoopback: true,
    });
    const config = await discover(server.issuer, {
      ...registration,
      provider: "example",
      allowInsecureLoopback: true,
    });
    expect(config).toMatchObject({
      clientId: registration.clientId,
      clientAuthentication: "client_secret_basic",
      redirectUri: "http://127.0.0.1/callback",
      scopes: ["openid"],
    });
    const secret = config.clientSecret?.secret() ?? "";
    const { records } = await store.list({});
    expect(records).toHaveLength(1);
    expect(secret).not.toBe("");
    expect(Buffer.from(records[0]?.sealed ?? []).toString("latin1")).not.toContain(secret);
  } finally {
    await server.stop();
  }
});
