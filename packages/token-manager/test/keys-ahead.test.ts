import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { TokenEndpoint } from "../src/index.js";
import { exampleConfig } from "./fixtures.js";
import { addresses, granted, InstantTime } from "./provider-server.js";

const issuer = "https://as.example";
const jwksUrl = `${issuer}/keys`;
let keys: { readonly keys: readonly JWK[] };
let signed: string;

beforeAll(async () => {
  const pair = await generateKeyPair("ES256");
  keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "ES256" }] };
  signed = await new SignJWT({ nonce: "n1", sub: "alice" })
    .setProtectedHeader({ alg: "ES256", kid: "k1" })
    .setIssuer(issuer)
    .setAudience("agent")
    .setIssuedAt()
    .setExpirationTime("1 hour")
    .sign(pair.privateKey);
});

/** A provider whose key set answers in turn as told, at last as it should. */
function createProvider(...answers: readonly (() => Response | Promise<Response>)[]) {
  const rest = [...answers];
  const asked: string[] = [];
  const time = new InstantTime(Date.now());
  const answerOf = async (url: string): Promise<Response> => {
    if (url === jwksUrl) return rest.shift()?.() ?? Response.json(keys);
    if (url !== addresses.deviceAuthorizationUrl) return granted({ id_token: signed });
    return Response.json({
      device_code: "d1",
      user_code: "WDJB-MJHT",
      verification_uri: "https://as.example/connect",
      expires_in: 1800,
    });
  };
  const endpoint = new TokenEndpoint({
    config: exampleConfig({ ...addresses, issuer, jwksUrl }),
    clock: time,
    scheduler: time,
    fetch: (url) => {
      asked.push(String(url));
      return answerOf(String(url));
    },
  });
  const goToProvider = (nonce?: string) => {
    const parameters = new URLSearchParams({ response_type: "code", ...(nonce && { nonce }) });
    return endpoint.createAuthorizationUrl(parameters);
  };
  const comeBack = () =>
    endpoint.exchangeCode({
      callbackUrl: new URL("https://app.example/callback?code=c1&state=st"),
      state: "st",
      nonce: "n1",
      scopes: ["openid"],
    });
  return { asked, time, endpoint, goToProvider, comeBack };
}

describe("the keys that ID tokens are checked with", () => {
  it("are fetched while the user is at the provider, once", async () => {
    const { asked, goToProvider, comeBack } = createProvider();
    await goToProvider("n1");
    await goToProvider("n1");
    await vi.waitFor(() => expect(asked).toEqual([jwksUrl]));
    await comeBack();
    await goToProvider("n1");
    expect(asked).toEqual([jwksUrl, addresses.tokenUrl]);
  });

  it("are fetched while the user types a code elsewhere", async () => {
    const { asked, endpoint } = createProvider();
    await endpoint.startDeviceAuthorization({ scopes: ["openid"] });
    expect(asked.toSorted()).toEqual([addresses.deviceAuthorizationUrl, jwksUrl]);
  });

  it("keep nobody from going to the provider while they do not come", async () => {
    const { asked, goToProvider } = createProvider(() => new Promise(() => {}));
    expect((await goToProvider("n1")).host).toBe("as.example");
    await vi.waitFor(() => expect(asked).toEqual([jwksUrl]));
  });

  it("are fetched again after they did not come, and decide then", async () => {
    const noKeys = () => Response.json({ keys: [] });
    const { asked, time, goToProvider, comeBack } = createProvider(
      () => new Response(null, { status: 500 }),
      ...[noKeys, noKeys, noKeys],
    );
    await goToProvider("n1");
    await vi.waitFor(async () => {
      time.advance(5_000);
      await goToProvider("n1");
      expect(asked).toEqual([jwksUrl, jwksUrl]);
    });
    await expect(comeBack()).rejects.toThrow("is not signed with a key of its issuer");
  });

  it("are not asked for where no ID token is expected", async () => {
    const { asked, endpoint, goToProvider } = createProvider();
    await goToProvider();
    await endpoint.startDeviceAuthorization({ scopes: ["calendar.read"] });
    expect(asked).toEqual([addresses.deviceAuthorizationUrl]);
  });
});
