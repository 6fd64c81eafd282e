import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readCookie } from "./read-cookie.js";

/** Form of 256 bits in base64url: every handle, state and cookie value of the flow. */
export const handlePattern: RegExp = /^[A-Za-z0-9_-]{43}$/;

/** A fresh secret of 256 bits as base64url. */
export function randomHandle(): string {
  return randomBytes(32).toString("base64url");
}

/** What binds one started flow to the browser that opened its link. */
export interface BrowserBindingOptions {
  /** Handle of the pending authorization. */
  readonly id: string;
  /** Key of this flow's tags; sealed with it, never sent anywhere. */
  readonly bindingKey: string;
  /** Whether the browser talks https to us. Without it, the `__Host-` prefix cannot be used. */
  readonly secure: boolean;
}

/** What a page may ask the browser to send back. */
export type ProofPurpose = "connect" | "decline" | "confirm";

/** A browser that is bound to a flow. */
export interface BoundBrowser {
  /** `Set-Cookie` for this browser. */
  readonly cookie: string;
  /** What `state` has to carry. */
  readonly tag: string;
  /** What only a page shown to this browser can hold, and no other site can write into a request. */
  proofFor(purpose: ProofPurpose): string;
}

/**
 * Binds a flow to a browser: a random cookie there, and a tag of that cookie in `state`, keyed by a
 * secret of the flow. Two browsers that open the same link get different cookies and different tags,
 * so the callback of one does not fit the other.
 */
export class BrowserBinding {
  readonly #cookieName: string;
  readonly #bindingKey: string;
  readonly #secure: boolean;

  constructor(options: BrowserBindingOptions) {
    const flow = createHash("sha256").update(options.id).digest("base64url").slice(0, 22);
    // A page of a sibling domain can plant any cookie but one with this prefix (RFC 6265bis §4.1.3.2).
    this.#cookieName = `${options.secure ? "__Host-" : ""}rak-oauth-${flow}`;
    this.#bindingKey = options.bindingKey;
    this.#secure = options.secure;
  }

  /** Binds the browser that sent this request. A cookie already there is kept. */
  bind(request: Request, maxAgeSeconds: number): BoundBrowser {
    const value = this.#read(request) ?? randomHandle();
    const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
    return {
      cookie: `${this.#cookieName}=${value}; ${attributes}${this.#secure ? "; Secure" : ""}`,
      tag: this.#tag(value),
      proofFor: (purpose) => this.#proof(purpose, value),
    };
  }

  /** Tells whether the request comes from the browser whose tag this is. */
  matches(request: Request, tag: string): boolean {
    const value = this.#read(request);
    return value !== undefined && equalSecrets(this.#tag(value), tag);
  }

  /** Tells whether the request comes from a page that was shown to the same browser. */
  proves(request: Request, purpose: ProofPurpose, proof: string | undefined): boolean {
    const value = this.#read(request);
    return (
      value !== undefined && proof !== undefined && equalSecrets(this.#proof(purpose, value), proof)
    );
  }

  #tag(value: string): string {
    return createHmac("sha256", this.#bindingKey).update(value).digest("base64url");
  }

  #proof(purpose: ProofPurpose, value: string): string {
    return this.#tag(`${purpose} ${value}`);
  }

  #read(request: Request): string | undefined {
    const value = readCookie(request, this.#cookieName);
    return value !== undefined && handlePattern.test(value) ? value : undefined;
  }
}

/** Compares two texts in a time that does not depend on where they differ. */
export function equalSecrets(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
