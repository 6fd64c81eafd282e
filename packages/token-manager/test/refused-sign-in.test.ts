import { ManualTime } from "@rak-oauth/test-kit/manual-time";
import { HttpResponse } from "msw";
import { describe, expect, it, vi } from "vitest";
import type { TokenEndpoint } from "../src/index.js";
import { unsignedIdToken } from "./fixtures.js";
import {
  addresses,
  failureOf,
  formOf,
  granted,
  refused,
  useProviderServer,
} from "./provider-server.js";

const server = useProviderServer();
const issuer = "https://as.example";
const tokens = (body: object) => () => granted({ refresh_token: "r2", ...body });
const ofAnotherFlow = tokens({ id_token: unsignedIdToken({ nonce: "n2" }) });

function exchangeCode(endpoint: TokenEndpoint) {
  return endpoint.exchangeCode({
    callbackUrl: new URL("https://app.example/callback?code=c1&state=st"),
    state: "st",
    nonce: "n1",
    scopes: [],
  });
}

/** What was sent to revoke, in order. */
function revocations() {
  return server.seen.filter(({ url }) => url === addresses.revocationUrl).map(formOf);
}

const both = [
  { token: "r2", token_type_hint: "refresh_token" },
  { token: "a2", token_type_hint: "access_token" },
];

describe("tokens of a sign-in that is refused", () => {
  it.each([
    ["the ID token of another flow", { issuer }, ofAnotherFlow],
    ["no ID token", { issuer }, tokens({})],
    ["a token that is bound to no key", { useDpop: true }, tokens({})],
  ])("are revoked after %s", async (_what, overrides, answer) => {
    server.answer(answer);
    const withoutRevocation = { ...overrides, revocationUrl: undefined };
    const expected = await failureOf(exchangeCode(server.endpoint(withoutRevocation)));
    expect(revocations()).toEqual([]);
    server.answer(answer, () => new HttpResponse(null, { status: 200 }));
    const work = exchangeCode(server.endpoint(overrides, new ManualTime()));
    expect(await failureOf(work)).toEqual(expected);
    expect(revocations()).toEqual(both);
  });

  it("are revoked after a code that was typed on another device", async () => {
    const time = new ManualTime();
    const endpoint = server.endpoint({ useDpop: true }, time);
    server.answer(() =>
      HttpResponse.json({
        device_code: "d1",
        user_code: "ABCD",
        verification_uri: "https://as.example/device",
        expires_in: 600,
      }),
    );
    const device = await endpoint.startDeviceAuthorization();
    server.answer(tokens({}), () => new HttpResponse(null, { status: 200 }));
    const work = failureOf(endpoint.finishDeviceAuthorization(device));
    await vi.waitFor(() => expect(time.delaysMs).toEqual([5_000]));
    time.advance(5_000);
    expect((await work).message).toContain("gave a Bearer token although DPoP was asked for");
    expect(revocations()).toEqual(both);
  });

  it("may live on where revoking them fails, and the refusal is the same", async () => {
    server.answer(ofAnotherFlow, () => refused("invalid_client", { status: 401 }));
    const error = await failureOf(exchangeCode(server.endpoint({ issuer }, new ManualTime())));
    expect(error).toMatchObject({ code: "authorization_failed", failure: "provider_error" });
    expect(error.message).toContain("does not fit this authorization");
    expect(revocations()).toEqual(both);
  });

  it("keep nobody waiting for longer than five seconds", async () => {
    const time = new ManualTime();
    server.answer(ofAnotherFlow, () => new Promise(() => {}));
    const work = failureOf(exchangeCode(server.endpoint({ issuer }, time)));
    await vi.waitFor(() => expect(revocations()).toEqual(both.slice(0, 1)));
    time.advance(5_000);
    expect(await work).toMatchObject({ failure: "provider_error" });
    expect(time.delaysMs).toEqual([]);
  });

  it("are not revoked when the provider gave none", async () => {
    server.answer(() => refused("invalid_grant"));
    await failureOf(exchangeCode(server.endpoint({ issuer }, new ManualTime())));
    expect(revocations()).toEqual([]);
  });
});
