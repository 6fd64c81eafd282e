import { type Clock, isOAuth2Error, type Sealer, type SealingContext } from "@rak-oauth/core";
import type { SessionUser } from "./is-user.js";

const lifetimeMs = 60 * 60 * 1000;
const longestProofLength = 1024;

/**
 * What only a page shown to a user can hold, so that no other site can act for them: an expiry, sealed
 * for that user with the keys that all processes share. Good for an hour, and for that user alone.
 */
export class PageProofs {
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor(sealer: Sealer, clock: Clock) {
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** A proof for a page that is shown to this user now. */
  async create(user: SessionUser): Promise<string> {
    const expiry = Buffer.from(String(this.#clock.now() + lifetimeMs), "utf8");
    const { sealed } = await this.#sealer.seal(expiry, contextOf(user));
    return Buffer.from(sealed).toString("base64url");
  }

  /** Whether the request that carries this comes from a page that was shown to this user. */
  async verify(user: SessionUser, proof: string | undefined): Promise<boolean> {
    if (proof === undefined || proof.length > longestProofLength) return false;
    try {
      const sealed = Buffer.from(proof, "base64url");
      const expiry = await this.#sealer.open(sealed, contextOf(user));
      return this.#clock.now() < Number(Buffer.from(expiry).toString("utf8"));
    } catch (error) {
      // A key service that is away proves nothing either way.
      if (isOAuth2Error(error) && error.code === "sealing_failed") return false;
      throw error;
    }
  }
}

function contextOf({ tenantId, userId }: SessionUser): SealingContext {
  return { key: { tenantId, userId, provider: "rak-oauth" }, field: "connections-page" };
}
