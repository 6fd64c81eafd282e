import type { Clock } from "@rak-oauth/core";
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { ApiClient } from "./agent-api-client.js";
import type { UsedAssertions } from "./used-assertions.js";

/** What {@link verifyClientAssertion} needs. */
export interface VerifyClientAssertionOptions {
  readonly clients: readonly ApiClient[];
  /** What an assertion must name as its audience. */
  readonly audience: string;
  readonly clock: Clock;
  readonly used: UsedAssertions;
}

const longestLifetimeSeconds = 300;
/** How far apart the clocks of client and server may be. */
const clockToleranceSeconds = 5;

/**
 * The client that signed an assertion of itself: `iss` and `sub` are its name, `aud` is ours alone,
 * it expires within five minutes, and its `jti` was not seen before.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export async function verifyClientAssertion(
  assertion: string,
  options: VerifyClientAssertionOptions,
): Promise<ApiClient | undefined> {
  try {
    return await verify(assertion, options);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function verify(
  assertion: string,
  { clients, audience, clock, used }: VerifyClientAssertionOptions,
): Promise<ApiClient | undefined> {
  const { alg = "", kid } = decodeProtectedHeader(assertion);
  const { iss = "" } = decodeJwt(assertion);
  const client = clients.find(({ name }) => name === iss);
  const candidates = (client?.publicKeys ?? []).filter(
    ({ algorithms, keyId }) =>
      algorithms.includes(alg) && (kid === undefined || keyId === undefined || keyId === kid),
  );
  const now = clock.now();
  for (const { key } of candidates) {
    const payload = await jwtVerify(assertion, key, {
      algorithms: [alg],
      issuer: iss,
      subject: iss,
      audience,
      currentDate: new Date(now),
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["exp", "jti"],
    }).then(
      (verified) => verified.payload,
      (error: unknown) => {
        if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
        throw error;
      },
    );
    if (payload !== undefined) return (await isFirstUse(payload, now, used)) ? client : undefined;
  }
  return undefined;
}

async function isFirstUse(
  { iss, aud, exp = 0, jti }: JWTPayload,
  now: number,
  used: UsedAssertions,
): Promise<boolean> {
  const latestExpiry = now / 1000 + longestLifetimeSeconds + clockToleranceSeconds;
  // With a second audience, that one could use the assertion here.
  if (typeof aud !== "string" || typeof jti !== "string") return false;
  if (jti === "" || exp > latestExpiry) return false;
  // Longer than it is accepted: that goes by whole seconds, and by the clock of each process.
  const expiresAt = (Math.ceil(exp) + 2 * clockToleranceSeconds) * 1000;
  return used.use(JSON.stringify([iss, jti]), { expiresAt, now });
}
