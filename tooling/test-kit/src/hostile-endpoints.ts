import { createHash, randomBytes } from "node:crypto";
import type { OwnAnswer } from "./hostile-answer.js";
import type { HostileGrants, IssueGrantOptions } from "./hostile-grants.js";
import { type HostileRequest, hostilePaths } from "./hostile-request.js";

/** A client that the server knows. */
export interface HostileClient {
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string | undefined;
}

/** What {@link HostileEndpoints.issueCode} issues. */
export interface IssueCodeOptions extends IssueGrantOptions {
  /** The S256 challenge that the exchange has to answer (RFC 7636 §4.2). */
  readonly codeChallenge?: string | undefined;
  readonly redirectUri?: string | undefined;
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

/** What the endpoints answer when nobody tells them to misbehave. */
export class HostileEndpoints {
  readonly #grants: HostileGrants;
  readonly #canary: string;
  readonly #url: () => string;
  readonly #client: HostileClient | undefined;
  readonly #codes = new Map<string, IssueCodeOptions & { grantId?: string }>();
  readonly #devices = new Map<string, DeviceRequest>();

  constructor(options: {
    readonly grants: HostileGrants;
    readonly canary: string;
    readonly url: () => string;
    readonly client: HostileClient | undefined;
  }) {
    this.#grants = options.grants;
    this.#canary = options.canary;
    this.#url = options.url;
    this.#client = options.client;
  }

  issueCode(options: IssueCodeOptions): string {
    const code = `${this.#canary}-code-${randomBytes(12).toString("base64url")}`;
    this.#codes.set(code, options);
    return code;
  }

  decideDevice(userCode: string, decision: "allow" | "deny", options: IssueGrantOptions): void {
    const device = [...this.#devices.values()].find((one) => one.userCode === userCode);
    if (device === undefined) throw new Error(`No device has the user code "${userCode}".`);
    device.decision = decision;
    device.options = options;
  }

  answer(request: HostileRequest): OwnAnswer {
    if (request.endpoint === "discovery") return { status: 200, body: this.#metadata() };
    if (request.endpoint === "elsewhere") return { status: 404 };
    if (request.endpoint === "authorization") return this.#authorize(request.form);
    if (request.method !== "POST") return { status: 405, headers: { allow: "POST" } };
    if (!request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) {
      return refusal("invalid_request");
    }
    const names = [...request.form.keys()].filter((name) => name !== "resource");
    if (new Set(names).size < names.length) return refusal("invalid_request");
    if (!this.#isAuthentic(request)) {
      return { ...refusal("invalid_client", 401), headers: { "www-authenticate": "Basic" } };
    }
    if (request.endpoint === "token") return this.#token(request.form);
    if (request.endpoint === "introspection") return this.#introspect(request.form);
    if (request.endpoint === "device_authorization") return this.#startDevice();
    this.#grants.revokeToken(request.form.get("token") ?? "");
    return { status: 200 };
  }

  /** Everybody consents here at once: the user that `login_hint` names. */
  #authorize(query: URLSearchParams): OwnAnswer {
    const redirectUri = query.get("redirect_uri");
    if (redirectUri === null || !URL.canParse(redirectUri)) return { status: 400 };
    const location = new URL(redirectUri);
    const code = this.issueCode({
      userId: query.get("login_hint") ?? undefined,
      codeChallenge: query.get("code_challenge") ?? undefined,
      redirectUri,
    });
    location.searchParams.set("code", code);
    location.searchParams.set("state", query.get("state") ?? "");
    location.searchParams.set("iss", this.#url());
    return { status: 302, headers: { location: location.href } };
  }

  #token(form: URLSearchParams): OwnAnswer {
    switch (form.get("grant_type")) {
      case "refresh_token": {
        const body = this.#grants.spend(form.get("refresh_token") ?? "");
        return body === undefined ? refusal("invalid_grant") : { status: 200, body };
      }
      case "client_credentials":
        return { status: 200, body: this.#grants.clientBody() };
      case "authorization_code":
        return this.#exchangeCode(form);
      case deviceGrant:
        return this.#pollDevice(form);
      default:
        return refusal("unsupported_grant_type");
    }
  }

  #exchangeCode(form: URLSearchParams): OwnAnswer {
    const code = this.#codes.get(form.get("code") ?? "");
    if (code === undefined) return refusal("invalid_grant");
    if (code.grantId !== undefined) {
      // A code seen again ends what it gave (RFC 6749 §4.1.2).
      this.#grants.revoke(code.grantId);
      return refusal("invalid_grant");
    }
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (code.codeChallenge !== undefined && code.codeChallenge !== challenge) {
      return refusal("invalid_grant");
    }
    if (code.redirectUri !== undefined && code.redirectUri !== form.get("redirect_uri")) {
      return refusal("invalid_grant");
    }
    const { id, body } = this.#grants.firstBody(code);
    code.grantId = id;
    return { status: 200, body };
  }

  #startDevice(): OwnAnswer {
    const deviceCode = `${this.#canary}-device-${randomBytes(12).toString("base64url")}`;
    const userCode = randomBytes(4).toString("hex").toUpperCase();
    this.#devices.set(deviceCode, { userCode, decision: undefined, options: {} });
    const body = {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${this.#url()}/device`,
      expires_in: 600,
      interval: 1,
    };
    return { status: 200, body };
  }

  /** @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5 */
  #pollDevice(form: URLSearchParams): OwnAnswer {
    const deviceCode = form.get("device_code") ?? "";
    const device = this.#devices.get(deviceCode);
    if (device === undefined) return refusal("invalid_grant");
    if (device.decision === undefined) return refusal("authorization_pending");
    this.#devices.delete(deviceCode);
    if (device.decision === "deny") return refusal("access_denied");
    return { status: 200, body: this.#grants.firstBody(device.options).body };
  }

  #introspect(form: URLSearchParams): OwnAnswer {
    const token = form.get("token") ?? "";
    const access = this.#grants.verifyAccessToken(token);
    const active = access !== undefined || this.#grants.isLiving(token);
    const body = {
      active,
      ...(access !== undefined && {
        token_type: "Bearer",
        sub: access.userId,
        exp: Math.floor(access.expiresAt / 1000),
      }),
    };
    return { status: 200, body };
  }

  #isAuthentic({ headers, form }: HostileRequest): boolean {
    if (this.#client === undefined) return true;
    const { clientId, clientSecret } = this.#client;
    const [scheme, pair = ""] = headers.get("authorization")?.split(" ") ?? [];
    if (scheme?.toLowerCase() === "basic") {
      const given = Buffer.from(pair, "base64").toString().split(":").map(formDecode);
      return given[0] === clientId && given[1] === clientSecret;
    }
    return (
      form.get("client_id") === clientId &&
      (form.get("client_secret") ?? undefined) === clientSecret
    );
  }

  /** @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
  #metadata(): Readonly<Record<string, unknown>> {
    const url = this.#url();
    return {
      issuer: url,
      authorization_endpoint: `${url}${hostilePaths.authorization}`,
      token_endpoint: `${url}${hostilePaths.token}`,
      revocation_endpoint: `${url}${hostilePaths.revocation}`,
      introspection_endpoint: `${url}${hostilePaths.introspection}`,
      device_authorization_endpoint: `${url}${hostilePaths.device_authorization}`,
      response_types_supported: ["code"],
      authorization_response_iss_parameter_supported: true,
      grant_types_supported: [
        "authorization_code",
        "client_credentials",
        "refresh_token",
        deviceGrant,
      ],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    };
  }
}

interface DeviceRequest {
  readonly userCode: string;
  decision: "allow" | "deny" | undefined;
  options: IssueGrantOptions;
}

function refusal(error: string, status = 400): OwnAnswer {
  return { status, body: { error } };
}

function formDecode(text: string): string {
  return new URLSearchParams(`=${text}`).get("") ?? "";
}
