/** How the token server treats one family of refresh tokens. */
export interface FamilySettings {
  /** How long an answer takes, in milliseconds. @defaultValue 50 */
  readonly delayMs?: number | undefined;
  /** How long the first answer takes, in milliseconds. @defaultValue `delayMs` */
  readonly firstDelayMs?: number | undefined;
  /** Status of every answer, for a server in trouble; the family is left alone. @defaultValue 200 */
  readonly status?: number | undefined;
  /** How long the spent refresh token still works, in milliseconds. @defaultValue 0 */
  readonly reuseWindowMs?: number | undefined;
}

/** What became of a family. */
export interface FamilyReport {
  readonly requests: number;
  /** False once a spent refresh token came again. */
  readonly alive: boolean;
}

/** The tokens of one generation of a family. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Family {
  readonly firstDelayMs: number;
  readonly delayMs: number;
  readonly status: number;
  readonly reuseWindowMs: number;
  generation: number;
  rotatedAt: number;
  requests: number;
  alive: boolean;
}

/** As long as the tokens of providers that give JWTs. */
const accessPadding = "a".repeat(1000);
const refreshPadding = "r".repeat(180);

/**
 * The tokens a family has after so many refreshes. They name their family, so that a benchmark can
 * hand out a hundred thousand grants without telling the server.
 */
export function tokensOf(family: string, generation = 0): IssuedTokens {
  return {
    accessToken: `${family}.${generation}.${accessPadding}`,
    refreshToken: `${family}.${generation}.${refreshPadding}`,
  };
}

/**
 * Families of rotating refresh tokens: each is good once, and a spent one that comes again ends the
 * whole family, as RFC 9700 §4.14.2 asks for.
 */
export class StrictGrants {
  readonly #families = new Map<string, Family>();

  /** Opens a family at its first generation. Those that are not opened open by themselves. */
  open(name: string, settings: FamilySettings = {}): Family {
    const { delayMs = 50, firstDelayMs = delayMs, status = 200, reuseWindowMs = 0 } = settings;
    const family: Family = {
      firstDelayMs,
      delayMs,
      status,
      reuseWindowMs,
      generation: 0,
      rotatedAt: 0,
      requests: 0,
      alive: true,
    };
    this.#families.set(name, family);
    return family;
  }

  /** The family a refresh token belongs to; counts the request. */
  arrive(refreshToken: string): Family {
    const { name } = parse(refreshToken);
    const family = this.#families.get(name) ?? this.open(name);
    family.requests += 1;
    return family;
  }

  /** Spends a refresh token; nothing when its family is dead, or dies of this. */
  spend(refreshToken: string, now: number): IssuedTokens | undefined {
    const { name, generation } = parse(refreshToken);
    const family = this.#families.get(name) ?? this.open(name);
    if (!family.alive) return undefined;
    if (generation === family.generation) {
      family.generation += 1;
      family.rotatedAt = now;
    } else if (
      generation !== family.generation - 1 ||
      now - family.rotatedAt >= family.reuseWindowMs
    ) {
      family.alive = false;
      return undefined;
    }
    return tokensOf(name, family.generation);
  }

  report(name: string): FamilyReport {
    const family = this.#families.get(name);
    return { requests: family?.requests ?? 0, alive: family?.alive ?? true };
  }

  /** How many families are dead. */
  countDead(): number {
    let dead = 0;
    for (const { alive } of this.#families.values()) if (!alive) dead += 1;
    return dead;
  }
}

function parse(refreshToken: string): { readonly name: string; readonly generation: number } {
  const [name = "", generation] = refreshToken.split(".", 2);
  return { name, generation: Number(generation) };
}
