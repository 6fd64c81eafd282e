import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2Credentials,
  parseKeyring,
} from "@rak-oauth/core";
import { type DiscoverOptions, discover, MetadataCache } from "@rak-oauth/oidc-discovery";
import {
  type ConformanceServer,
  type Deviations,
  startConformanceServer,
} from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { onTestFinished } from "vitest";

const origin = "http://127.0.0.1:9";
const userId = "alice";

/** What became of a sign-in. */
export interface Finished {
  /** The status of the page that alice saw at the end. */
  readonly status: number;
  readonly html: string;
}

/** An application that knows its provider by the issuer alone. */
export class RelyingParty {
  readonly server: ConformanceServer;
  readonly tokens: TokenManager;
  readonly #flow: AuthorizationCodeFlow;
  readonly #credentials: CredentialService;

  private constructor(
    server: ConformanceServer,
    flow: AuthorizationCodeFlow,
    credentials: CredentialService,
    tokens: TokenManager,
  ) {
    this.server = server;
    this.#flow = flow;
    this.#credentials = credentials;
    this.tokens = tokens;
  }

  /** Starts a provider that deviates so, and an application that is registered there. */
  static async start(
    deviations: Deviations,
    registration: Partial<DiscoverOptions> = { clientSecret: "rp-secret" },
  ): Promise<RelyingParty> {
    const server = await startConformanceServer(deviations);
    onTestFinished(() => server.stop());
    const config = await discover(server.issuer, {
      provider: "op",
      clientId: "rp",
      redirectUri: `${origin}/oauth2/callback`,
      scopes: ["openid", "email", "profile"],
      allowInsecureLoopback: true,
      apiOrigins: [server.issuer],
      cache: new MetadataCache(),
      ...registration,
    });
    const keys = parseKeyring(`test:${generateKey()}`);
    const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
    const flow = new AuthorizationCodeFlow({
      configs: [config],
      credentials,
      pendingAuthorizations: new MemoryPendingAuthorizationStore(),
      connectUrl: `${origin}/oauth2/connect`,
      dangerouslyAllowAnyUser: true,
    });
    const tokens = new TokenManager({ config, credentials });
    onTestFinished(() => tokens.close());
    return new RelyingParty(server, flow, credentials, tokens);
  }

  /** Lets alice sign in, her browser following every redirect. */
  async signIn(): Promise<Finished> {
    const started = await this.#flow.start({ provider: "op", userId });
    const cookies = new Map<string, string>();
    let response = await this.#visit(started.url, cookies);
    for (let location = response.headers.get("location"); location !== null; ) {
      const isOurs = location.startsWith(origin);
      response = isOurs
        ? await this.#visit(location, cookies)
        : await fetch(location, { redirect: "manual" });
      location = response.headers.get("location");
    }
    return { status: response.status, html: await response.text() };
  }

  /** What is kept for alice; nothing when she is not connected. */
  kept(): Promise<OAuth2Credentials | undefined> {
    return this.#credentials.getCredentials({ userId, provider: "op" });
  }

  /** Spends alice's refresh token, though her access token would live. */
  async refresh(): Promise<string> {
    const token = await this.tokens.getToken({ userId });
    return (await this.tokens.getToken({ userId, forceRefresh: token })).secret();
  }

  async #visit(url: string, cookies: Map<string, string>): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await this.#flow.handler(new Request(url, { headers: { cookie } }));
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    return response;
  }
}

/** Leaves a member out. */
export function without(
  name: string,
): (members: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  return ({ [name]: _, ...members }) => members;
}
