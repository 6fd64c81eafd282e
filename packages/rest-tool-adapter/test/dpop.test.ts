import { createHash } from "node:crypto";
import { EmbeddedJWK, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "./oauth2-world.js";

const token = "canary-bound-token";
let world: World;

beforeEach(async () => {
  world = await createWorld({ flow: "client_credentials", useDpop: true });
  world.tokenEndpoint = () =>
    Response.json({ access_token: token, token_type: "DPoP", expires_in: 3600 });
});
afterEach(() => world.stop());

/** What a request proves, checked by its own key as an API does. */
async function proofOf(request: Request | undefined) {
  expect(request?.headers.get("authorization")).toBe(`DPoP ${token}`);
  const proof = request?.headers.get("dpop") ?? "";
  const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: "dpop+jwt" });
  expect(payload["ath"]).toBe(createHash("sha256").update(token).digest("base64url"));
  return payload;
}

function wantsNonce(nonce: string): Response {
  const headers = { "www-authenticate": 'DPoP error="use_dpop_nonce"', "dpop-nonce": nonce };
  return new Response(null, { status: 401, headers });
}

describe("a token that is bound to a key", () => {
  it("TR-11 goes with a proof of its own for each request", async () => {
    const tool = world.createTool();
    await tool.execute({});
    await tool.execute({});
    const proofs = await Promise.all(world.calls.map(proofOf));
    for (const proof of proofs) {
      expect(proof).toMatchObject({ htm: "GET", htu: `${world.server.url}/events` });
    }
    expect(proofs[0]?.jti).not.toBe(proofs[1]?.jti);
  });

  it("TR-11 repeats a request once with the nonce the API gives, and has it ready for the next", async () => {
    const tool = world.createTool({ method: "POST" });
    world.api = () => (world.calls.length === 1 ? wantsNonce("n1") : Response.json({ done: true }));
    expect(await tool.execute({})).toMatchObject({ status: "ok", data: { done: true } });
    await tool.execute({});
    const proofs = await Promise.all(world.calls.map(proofOf));
    expect(proofs.map((proof) => proof["nonce"])).toEqual([undefined, "n1", "n1"]);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("TR-11 ends with an API that always wants another nonce", async () => {
    let given = 0;
    world.api = () => {
      given += 1;
      return wantsNonce(`n${given}`);
    };
    expect(await world.createTool().execute({})).toMatchObject({ httpStatus: 401 });
    expect(world.calls).toHaveLength(2);
  });

  it("does not take a mere nonce for a wish", async () => {
    world.api = () => Response.json({}, { status: 404, headers: { "dpop-nonce": "n1" } });
    await world.createTool().execute({});
    expect(world.calls).toHaveLength(1);
  });

  it("RT-03 proves each step of a redirect for its own address, and none elsewhere", async () => {
    world.api = (request) =>
      new URL(request.url).pathname === "/events"
        ? new Response(null, { status: 307, headers: { location: "/moved?page=2" } })
        : new Response(null, { status: 307, headers: { location: "https://evil.example/" } });
    const result = await world.createTool().execute({});
    expect(result).toMatchObject({ error: "redirect_refused" });
    const proofs = await Promise.all(world.calls.map(proofOf));
    expect(proofs.map((proof) => proof["htu"])).toEqual([
      `${world.server.url}/events`,
      `${world.server.url}/moved`,
    ]);
  });

  it("RT-07 does not come back from an API that echoes it", async () => {
    world.api = (request) => Response.json({ saw: request.headers.get("authorization") });
    const result = await world.createTool().execute({});
    expect(JSON.stringify(result)).not.toContain(token);
  });

  it("asks for more scopes where the API says so in DPoP's own challenge", async () => {
    const ofUsers = await createWorld();
    await ofUsers.connect({ userId: "alice" }, "token-of-alice");
    ofUsers.api = () =>
      new Response(null, {
        status: 403,
        headers: { "www-authenticate": 'DPoP error="insufficient_scope", scope="x"' },
      });
    const result = await ofUsers.createTool().execute({}, { userId: "alice" });
    expect(result).toMatchObject({
      pending: true,
      reason: "scope",
      scopes: ["calendar.read", "x"],
    });
    await ofUsers.stop();
  });
});
