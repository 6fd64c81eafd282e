import { decodeJwt, EmbeddedJWK, importJWK, type JWK, jwtVerify } from "jose";

/** A request of a client that has to prove itself. */
export interface ClientProof {
  readonly headers: Headers;
  readonly parameters: URLSearchParams;
  readonly clientId: string;
  readonly clientKey: JWK;
  readonly needsDpop: boolean;
  readonly issuer: string;
  readonly url: string;
  /** What a DPoP proof must hold; any will do where there is none. */
  readonly nonce: string | undefined;
}

/**
 * Checks a client assertion (RFC 7523 §3, its audience the issuer alone) and a DPoP proof (RFC 9449
 * §4.3).
 *
 * @returns the refusal, or nothing where all is well
 */
export async function refuseClient(proof: ClientProof): Promise<Response | undefined> {
  const { clientId, headers, issuer, needsDpop, parameters } = proof;
  const key = await importJWK(proof.clientKey, "ES256");
  try {
    await jwtVerify(parameters.get("client_assertion") ?? "", key, {
      issuer: clientId,
      subject: clientId,
      audience: issuer,
      requiredClaims: ["jti", "exp"],
    });
  } catch {
    return Response.json({ error: "invalid_client" }, { status: 401 });
  }
  const dpop = headers.get("dpop");
  if (dpop === null) {
    return needsDpop ? Response.json({ error: "invalid_request" }, { status: 400 }) : undefined;
  }
  if (proof.nonce !== undefined && !holdsNonce(headers, proof.nonce)) {
    const nonce = { "dpop-nonce": proof.nonce };
    return Response.json({ error: "use_dpop_nonce" }, { status: 400, headers: nonce });
  }
  try {
    const { payload } = await jwtVerify(dpop, EmbeddedJWK, { typ: "dpop+jwt" });
    if (payload["htm"] !== "POST" || payload["htu"] !== proof.url) throw new Error("not for this");
    return undefined;
  } catch {
    return Response.json({ error: "invalid_dpop_proof" }, { status: 400 });
  }
}

/** Whether the DPoP proof of a request holds this nonce (RFC 9449 §8). */
export function holdsNonce(headers: Headers, nonce: string): boolean {
  const proof = headers.get("dpop");
  return proof !== null && decodeJwt(proof)["nonce"] === nonce;
}
