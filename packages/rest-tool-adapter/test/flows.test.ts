import { DeviceAuthorizationFlow } from "@rak-oauth/auth-code-flow";
import {
  AccessToken,
  defineOAuth2Config,
  MemoryPendingAuthorizationStore,
  MissingUserIdError,
  type OAuth2ConfigInput,
} from "@rak-oauth/core";
import { type GrantRequest, TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OAuth2AuthOptions, oauth2 } from "../src/index.js";
import { createWorld, issue, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

const alice = { userId: "alice" };

interface OnDemandOptions extends Partial<OAuth2AuthOptions> {
  readonly flow: OAuth2ConfigInput["flow"];
  readonly config?: Partial<OAuth2ConfigInput>;
}

/** A tool of a flow that asks no user, and whom its assertions and subject tokens were made for. */
function onDemandTool({ flow, config, ...options }: OnDemandOptions) {
  const asked: GrantRequest[] = [];
  const source = async (request: GrantRequest): Promise<string> => {
    asked.push(request);
    return `canary-of-${request.key.userId ?? "the-application"}`;
  };
  const tokens = new TokenManager({
    config: defineOAuth2Config({
      provider: "example",
      clientId: "agent",
      clientSecret: "canary-client-secret",
      tokenUrl: `${world.server.url}/token`,
      scopes: ["calendar.read"],
      apiOrigins: [world.server.url],
      allowInsecureLoopback: true,
      flow,
      ...config,
    }),
    credentials: world.credentials,
    assertion: source,
    subjectToken: async (request) => ({
      token: await source(request),
      tokenType: "urn:ietf:params:oauth:token-type:access_token",
    }),
  });
  world.tokenEndpoint = async (request) => {
    const form = new URLSearchParams(await request.text());
    return issue(`token-for-${form.get("assertion") ?? form.get("subject_token")}`);
  };
  return { tool: world.createTool({ auth: oauth2({ tokens, ...options }) }), asked };
}

const bearers = () => world.calls.map(({ headers }) => headers.get("authorization"));

describe("flows that ask no user", () => {
  it.each(["jwt_bearer", "token_exchange"] as const)(
    "%s: each user of the context is impersonated, and asked nothing",
    async (flow) => {
      const { tool, asked } = onDemandTool({ flow });
      for (const context of [alice, { userId: "bob", tenantId: "t" }, alice]) {
        expect(await tool.execute({}, context)).toMatchObject({ status: "ok" });
      }
      expect(bearers()).toEqual([
        "Bearer token-for-canary-of-alice",
        "Bearer token-for-canary-of-bob",
        "Bearer token-for-canary-of-alice",
      ]);
      expect(asked.map(({ key }) => [key.tenantId, key.userId])).toEqual([
        [undefined, "alice"],
        ["t", "bob"],
      ]);
    },
  );

  it.each(["jwt_bearer", "token_exchange"] as const)(
    "RT-05 %s: without a user nothing is sent, and the application's own token is no fallback",
    async (flow) => {
      const { tool, asked } = onDemandTool({ flow });
      for (const context of [{}, { userId: "" }, { tenantId: "t" }]) {
        await expect(tool.execute({}, context)).rejects.toThrow(MissingUserIdError);
      }
      expect([...world.calls, ...world.tokenRequests, ...asked]).toEqual([]);
    },
  );

  it("jwt_bearer: the service account's own token, where that is said, whoever calls", async () => {
    const { tool } = onDemandTool({ flow: "jwt_bearer", subject: "application" });
    await tool.execute({}, {});
    await tool.execute({}, alice);
    const own = "Bearer token-for-canary-of-the-application";
    expect(bearers()).toEqual([own, own]);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("TM-13 a refused token is asked for once more, for the same user", async () => {
    const { tool, asked } = onDemandTool({ flow: "token_exchange" });
    let issued = 0;
    world.tokenEndpoint = () => issue(`token-${++issued}`);
    world.api = ({ headers }) =>
      new Response("{}", { status: headers.get("authorization") === "Bearer token-2" ? 200 : 401 });
    expect(await tool.execute({}, alice)).toMatchObject({ status: "ok" });
    expect(asked.map(({ key }) => key.userId)).toEqual(["alice", "alice"]);
  });

  it.each(["client_credentials", "jwt_bearer", "token_exchange"] as const)(
    "%s: the tool's scopes are asked for beside those of the configuration",
    async (flow) => {
      const { tool } = onDemandTool({ flow, scopes: ["calendar.write"] });
      await tool.execute({}, alice);
      const [form] = world.tokenRequests;
      expect(form?.get("scope")).toBe("calendar.read calendar.write");
    },
  );

  it("EV-02 options that contradict the flow are refused in words", async () => {
    const { flow: authorization } = world;
    for (const flow of ["client_credentials", "jwt_bearer", "token_exchange"] as const) {
      expect(() => onDemandTool({ flow, authorization })).toThrow(/authorization is given/);
    }
    expect(() => onDemandTool({ flow: "client_credentials", subject: "user" })).toThrow(
      /subject is "user", and tokens of flow "client_credentials" are those of the application/,
    );
    expect(() => onDemandTool({ flow: "token_exchange", subject: "application" })).toThrow(
      /are those of a user/,
    );
    expect(() => oauth2({ tokens: world.tokens })).toThrow(/authorization is missing/);
  });
});

describe("the device flow", () => {
  it("the result holds the code and an address for it, and the call succeeds afterwards", async () => {
    const device = await createWorld({ flow: "authorization_code" });
    const config = defineOAuth2Config({
      ...device.config,
      clientSecret: "canary-client-secret",
      flow: "device_authorization",
      deviceAuthorizationUrl: `${device.server.url}/device`,
    } as OAuth2ConfigInput);
    const scheduler = { wait: async () => {} };
    const authorization = new DeviceAuthorizationFlow({
      endpoint: new TokenEndpoint({ config, scheduler }),
      credentials: device.credentials,
      pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    });
    let allow = (): void => {};
    const allowed = new Promise<void>((resolve) => {
      allow = resolve;
    });
    device.api = (request) =>
      new URL(request.url).pathname === "/device"
        ? Response.json({
            device_code: "canary-device-code",
            user_code: "WDJB-MJHT",
            verification_uri: `${device.server.url}/connect`,
            expires_in: 600,
          })
        : Response.json({ events: [] });
    device.tokenEndpoint = async () => {
      await allowed;
      return issue("token-of-alice");
    };
    const tokens = new TokenManager({ config, credentials: device.credentials });
    const tool = device.createTool({ auth: oauth2({ tokens, authorization }) });
    const [result, sameTime] = await Promise.all([
      tool.execute({}, alice),
      tool.execute({}, alice),
    ]);
    expect(result).toEqual({
      pending: true,
      message:
        "Authorization required: connect Example Calendar to use list_events. Give the user the link in auth_url and the code in user_code, and call the tool again when they are done.",
      auth_url: `${device.server.url}/connect`,
      user_code: "WDJB-MJHT",
      auth_request_id: expect.stringMatching(/^[\w-]{43}$/),
      provider: "example",
      scopes: ["calendar.read"],
      reason: "connect",
      expires_at: expect.stringMatching(/Z$/),
    });
    expect(sameTime).toEqual(result);
    if (!result.pending) return;
    allow();
    const outcome = await authorization.waitForAuthorization(result.auth_request_id);
    expect(outcome).toEqual({ status: "completed" });
    expect(await tool.execute({}, alice)).toMatchObject({ status: "ok", data: { events: [] } });
    await tokens.close();
    await authorization.close();
    await device.stop();
  });
});

describe("scopes the user did not give", () => {
  it("are asked for before anything is sent, together with those they gave", async () => {
    await world.connect(alice, "token-of-alice");
    const options = { tokens: world.tokens, authorization: world.flow };
    const auth = oauth2({ ...options, scopes: ["calendar.write"] });
    expect(await world.createTool({ auth }).execute({}, alice)).toMatchObject({
      pending: true,
      reason: "scope",
      scopes: ["calendar.read", "calendar.write"],
    });
    expect(world.calls).toEqual([]);
    const given = oauth2({ ...options, scopes: ["calendar.read"] });
    expect(await world.createTool({ auth: given }).execute({}, alice)).toMatchObject({
      status: "ok",
    });
  });

  it("a challenge without scopes asks for nothing when the user gave all that is known", async () => {
    const tokens = {
      config: world.config,
      getToken: async () => new AccessToken("t", { scopes: ["calendar.read"] }),
    };
    world.api = () =>
      new Response(null, {
        status: 403,
        headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
      });
    const auth = oauth2({ tokens, authorization: world.flow });
    expect(await world.createTool({ auth }).execute({}, alice)).toMatchObject({ httpStatus: 403 });
  });
});
