import { scheduler } from "node:timers/promises";
import {
  AccessToken,
  type CredentialKey,
  type CredentialService,
  type OAuth2Error,
  persist,
  type StoredCredential,
} from "@rak-oauth/core";

/** What is kept of a registration (RFC 7591 §3.2.1). */
export interface KeptRegistration {
  readonly client_id: string;
  readonly client_secret?: string | undefined;
  /** Seconds since the Unix epoch; 0 for never. */
  readonly client_secret_expires_at: number;
  readonly token_endpoint_auth_method?: string | undefined;
  /** With this a registration is changed or deleted at its server (RFC 7592). */
  readonly registration_access_token?: string | undefined;
  readonly registration_client_uri?: string | undefined;
}

/** What {@link keepRegistration} needs. */
export interface KeepRegistrationOptions {
  readonly credentials: CredentialService;
  readonly key: CredentialKey;
  readonly register: () => Promise<KeptRegistration>;
  /** How long registering takes at most, in milliseconds. */
  readonly timeoutMs: number;
  /** The error for a problem, told as what comes after a colon. */
  readonly fail: (problem: string) => OAuth2Error;
}

/** How long others wait before they look again, in milliseconds. */
const pollMs = 100;

/** Callers of this process share a run; those of others are told apart by the lease. */
const running = new WeakMap<CredentialService, Map<string, Promise<KeptRegistration>>>();

/**
 * The registration that is kept under a key, or a new one where there is none or its secret has expired.
 * Of any number of processes that come at the same moment one registers, and all get what it kept.
 */
export async function keepRegistration(
  options: KeepRegistrationOptions,
): Promise<KeptRegistration> {
  const { credentials, key } = options;
  const flights = running.get(credentials) ?? new Map<string, Promise<KeptRegistration>>();
  running.set(credentials, flights);
  let flight = flights.get(key.provider);
  if (flight === undefined) {
    flight = readOrRegister(options).finally(() => flights.delete(key.provider));
    flights.set(key.provider, flight);
  }
  return flight;
}

async function readOrRegister(options: KeepRegistrationOptions): Promise<KeptRegistration> {
  const { credentials, key, timeoutMs, fail } = options;
  const found = await credentials.read(key);
  // A lease needs a record, so an empty one comes first.
  if (found?.status !== "active") await credentials.storeCredentials(key, wrap({}));
  // As long as a holder that died can keep the lease, and then once as long as registering takes.
  for (let waitedMs = 0; waitedMs <= 2 * timeoutMs + pollMs; waitedMs += pollMs) {
    const stored = await credentials.read(key);
    const kept = stored && unwrap(stored, credentials);
    if (kept !== undefined) return kept;
    const made = stored && (await registerAlone(stored, options));
    if (made !== undefined) return made;
    await scheduler.wait(pollMs);
  }
  throw fail("another process registers the application there, and does not finish. Try again.");
}

/** Nothing where another one registers, or came first. */
async function registerAlone(
  stored: StoredCredential,
  { credentials, register, timeoutMs }: KeepRegistrationOptions,
): Promise<KeptRegistration | undefined> {
  const lease = await credentials.acquireLease(stored, timeoutMs);
  if (lease === undefined) return undefined;
  const made = await register().catch(async (error: unknown) => {
    await lease.release({ sent: false });
    throw error;
  });
  const wasKept = await persist({ write: () => lease.commit(wrap(made)), scheduler });
  return wasKept ? made : undefined;
}

function wrap(registration: Partial<KeptRegistration>): { readonly accessToken: AccessToken } {
  return { accessToken: new AccessToken(JSON.stringify(registration)) };
}

function unwrap(
  { status, credentials: { accessToken } }: StoredCredential,
  { clock }: CredentialService,
): KeptRegistration | undefined {
  const kept = JSON.parse(accessToken.secret()) as Partial<KeptRegistration>;
  const { client_id, client_secret_expires_at = 0 } = kept;
  const isOver = client_secret_expires_at !== 0 && client_secret_expires_at * 1000 <= clock.now();
  if (status !== "active" || client_id === undefined || isOver) return undefined;
  return { ...kept, client_id, client_secret_expires_at };
}
