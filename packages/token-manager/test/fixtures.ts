import { randomBytes } from "node:crypto";
import {
  AccessToken,
  type Clock,
  CredentialService,
  type CredentialStore,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  type OAuth2Config,
  type OAuth2ConfigInput,
  type OAuth2Credentials,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";

export const tokenUrl = "https://as.example/token";
export const alice = { userId: "alice", provider: "example" };

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #now: number;

  constructor(now: number = Date.parse("2026-01-01T00:00:00Z")) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

export function exampleConfig(overrides: Partial<OAuth2ConfigInput> = {}): OAuth2Config {
  return defineOAuth2Config({
    provider: "example",
    clientId: "agent",
    clientSecret: "s3cr3t",
    authUrl: "https://as.example/authorize",
    tokenUrl,
    revocationUrl: "https://as.example/revoke",
    scopes: ["calendar.read"],
    ...overrides,
  });
}

export interface World {
  readonly clock: ManualClock;
  readonly store: MemoryCredentialStore;
  readonly credentials: CredentialService;
}

export function createWorld(): World {
  const clock = new ManualClock();
  const store = new MemoryCredentialStore({ clock });
  return { clock, store, credentials: serviceOn(store, clock) };
}

const keys = parseKeyring(`test:${generateKey()}`);

/** Another process's service on the same store, with its own clock if it has one. */
export function serviceOn(store: CredentialStore, clock: Clock): CredentialService {
  return new CredentialService({ store, keys, clock });
}

/** Credentials as a code exchange would have given them. */
export function issued(
  clock: Clock,
  options: { lifetimeSeconds?: number; refreshToken?: string; accessToken?: string } = {},
): OAuth2Credentials {
  const { lifetimeSeconds = 3600 } = options;
  return {
    accessToken: new AccessToken(options.accessToken ?? unique("access"), {
      expiresAt: new Date(clock.now() + lifetimeSeconds * 1000),
      scopes: ["calendar.read"],
    }),
    refreshToken: new Secret(options.refreshToken ?? unique("refresh")),
    lifetimeSeconds,
  };
}

export function unique(label: string): string {
  return `${label}-${randomBytes(8).toString("hex")}`;
}

/** An ID token of `https://as.example` for alice, whose signature nobody looks at. */
export function unsignedIdToken(claims: Record<string, unknown>): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: "https://as.example", aud: "agent", sub: "42", iat: now, exp: now + 60 };
  return `${encode({ alg: "RS256" })}.${encode({ ...usual, ...claims })}.c2lnbmF0dXJl`;
}
