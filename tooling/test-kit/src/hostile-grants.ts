import { randomBytes } from "node:crypto";

/**
 * What becomes of a refresh token that is spent. `strict`: it gives a new one, and seen again it ends
 * the whole grant (RFC 9700 §4.14.2). With a reuse window, the refresh token before the current one
 * still works for that long; older ones end the grant. `none`: it stays as it is.
 */
export type HostileRotation =
  | "strict"
  | "none"
  | {
      readonly reuseWindowMs: number;
      /** The refresh token that a reuse gives. @defaultValue "current" */
      readonly gives?: "current" | "new" | undefined;
    };

/** What {@link HostileGrants.issue} issues. */
export interface IssueGrantOptions {
  /** @defaultValue a random name */
  readonly userId?: string | undefined;
  /** Lifetime of its access tokens. @defaultValue 3600 */
  readonly lifetimeSeconds?: number | undefined;
  /** Scopes that answers name. @defaultValue none, and answers name no scope */
  readonly scopes?: readonly string[] | undefined;
}

/** A grant's first tokens. */
export interface IssuedGrant {
  readonly id: string;
  readonly refreshToken: string;
  readonly accessToken: string;
}

/** How a grant fares. */
export interface HostileGrantState {
  readonly id: string;
  readonly userId: string;
  readonly alive: boolean;
  /** Requests that carried one of its refresh tokens, whatever became of them. */
  readonly tokenRequests: number;
  /** Refresh tokens given in place of a spent one. */
  readonly rotations: number;
  /** Requests with a refresh token that was spent before; within a reuse window they are answered. */
  readonly staleSpends: number;
  /** The most requests for this grant that were open at once. */
  readonly maximumConcurrentRequests: number;
}

/** A successful answer's body (RFC 6749 §5.1). */
export type TokenBody = Readonly<Record<string, unknown>>;

interface Family {
  readonly id: string;
  readonly userId: string;
  readonly lifetimeSeconds: number;
  readonly scopes: readonly string[];
  alive: boolean;
  tokenRequests: number;
  rotations: number;
  staleSpends: number;
  openRequests: number;
  maximumConcurrentRequests: number;
  generation: number;
  rotatedAt: number;
  current: string;
}

interface AccessRecord {
  readonly family: Family | undefined;
  readonly expiresAt: number;
  revoked: boolean;
}

/** Grants, their tokens, and what becomes of a refresh token that is spent. */
export class HostileGrants {
  readonly #canary: string;
  readonly #rotation: HostileRotation;
  readonly #now: () => number;
  readonly #families = new Map<string, Family>();
  readonly #refreshTokens = new Map<string, { family: Family; generation: number }>();
  readonly #accessTokens = new Map<string, AccessRecord>();

  constructor(options: { canary: string; rotation: HostileRotation; now: () => number }) {
    this.#canary = options.canary;
    this.#rotation = options.rotation;
    this.#now = options.now;
  }

  issue(options: IssueGrantOptions = {}): IssuedGrant {
    const id = randomBytes(9).toString("base64url");
    const family: Family = {
      id,
      userId: options.userId ?? `user-${id}`,
      lifetimeSeconds: options.lifetimeSeconds ?? 3600,
      scopes: options.scopes ?? [],
      alive: true,
      tokenRequests: 0,
      rotations: 0,
      staleSpends: 0,
      openRequests: 0,
      maximumConcurrentRequests: 0,
      generation: 0,
      rotatedAt: this.#now(),
      current: "",
    };
    this.#families.set(id, family);
    this.#mintRefreshToken(family);
    const accessToken = this.#mintAccessToken(family.lifetimeSeconds, family);
    return { id, refreshToken: family.current, accessToken };
  }

  /** Spends a refresh token; `undefined` is `invalid_grant`. */
  spend(refreshToken: string): TokenBody | undefined {
    const known = this.#refreshTokens.get(refreshToken);
    if (known === undefined) return undefined;
    const { family, generation } = known;
    const isCurrent = generation === family.generation;
    if (!isCurrent) family.staleSpends += 1;
    if (!family.alive) return undefined;
    if (!isCurrent && !this.#isWithinReuseWindow(family, generation)) {
      family.alive = false;
      return undefined;
    }
    if (this.#rotation === "none") return this.#body(family, undefined);
    if (isCurrent) {
      family.generation += 1;
      family.rotatedAt = this.#now();
      this.#mintRefreshToken(family);
    } else if (typeof this.#rotation === "object" && this.#rotation.gives === "new") {
      // A sibling of the current one: both may be spent, for nobody knows which of them arrived.
      this.#mintRefreshToken(family);
    }
    return this.#body(family, family.current);
  }

  /** The first answer for a new grant, as to an authorization code. */
  firstBody(options: IssueGrantOptions): { readonly id: string; readonly body: TokenBody } {
    const { id, refreshToken } = this.issue(options);
    return { id, body: this.#body(this.#family(id), refreshToken) };
  }

  /** A token for the client itself (RFC 6749 §4.4). */
  clientBody(lifetimeSeconds = 3600): TokenBody {
    const accessToken = this.#mintAccessToken(lifetimeSeconds, undefined);
    return { access_token: accessToken, token_type: "Bearer", expires_in: lifetimeSeconds };
  }

  /** Counts a request for a grant until the returned function is called. */
  enter(refreshToken: string): { readonly id: string; leave(): void } | undefined {
    const family = this.#refreshTokens.get(refreshToken)?.family;
    if (family === undefined) return undefined;
    family.tokenRequests += 1;
    family.openRequests += 1;
    family.maximumConcurrentRequests = Math.max(
      family.maximumConcurrentRequests,
      family.openRequests,
    );
    return {
      id: family.id,
      leave: () => {
        family.openRequests -= 1;
      },
    };
  }

  /** Whether spending this refresh token now gives tokens. */
  isLiving(refreshToken: string): boolean {
    const known = this.#refreshTokens.get(refreshToken);
    if (known === undefined || !known.family.alive) return false;
    const { family, generation } = known;
    return generation === family.generation || this.#isWithinReuseWindow(family, generation);
  }

  /** What a token is worth to a resource server; `undefined` when it is not active. */
  verifyAccessToken(token: string): { userId: string | undefined; expiresAt: number } | undefined {
    const record = this.#accessTokens.get(token);
    if (record === undefined || record.revoked || record.expiresAt <= this.#now()) return undefined;
    if (record.family?.alive === false) return undefined;
    return { userId: record.family?.userId, expiresAt: record.expiresAt };
  }

  /** Revokes a token; a refresh token takes its whole grant with it (RFC 7009 §2.1). */
  revokeToken(token: string): void {
    const known = this.#refreshTokens.get(token);
    if (known !== undefined) known.family.alive = false;
    const access = this.#accessTokens.get(token);
    if (access !== undefined) access.revoked = true;
  }

  revoke(id: string): void {
    this.#family(id).alive = false;
  }

  state(id: string): HostileGrantState {
    const { openRequests, generation, rotatedAt, current, lifetimeSeconds, scopes, ...state } =
      this.#family(id);
    return state;
  }

  states(): readonly HostileGrantState[] {
    return [...this.#families.keys()].map((id) => this.state(id));
  }

  #family(id: string): Family {
    const family = this.#families.get(id);
    if (family === undefined) throw new Error(`There is no grant "${id}".`);
    return family;
  }

  #isWithinReuseWindow(family: Family, generation: number): boolean {
    return (
      typeof this.#rotation === "object" &&
      generation === family.generation - 1 &&
      this.#now() - family.rotatedAt <= this.#rotation.reuseWindowMs
    );
  }

  #body(family: Family, refreshToken: string | undefined): TokenBody {
    const { lifetimeSeconds, scopes } = family;
    return {
      access_token: this.#mintAccessToken(lifetimeSeconds, family),
      token_type: "Bearer",
      expires_in: lifetimeSeconds,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    };
  }

  #mintRefreshToken(family: Family): void {
    if (family.current !== "") family.rotations += 1;
    family.current = this.#mint("refresh");
    this.#refreshTokens.set(family.current, { family, generation: family.generation });
  }

  #mintAccessToken(lifetimeSeconds: number, family: Family | undefined): string {
    const token = this.#mint("access");
    const expiresAt = this.#now() + lifetimeSeconds * 1000;
    this.#accessTokens.set(token, { family, expiresAt, revoked: false });
    return token;
  }

  #mint(label: string): string {
    return `${this.#canary}-${label}-${randomBytes(12).toString("base64url")}`;
  }
}
