import type { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import type { KoaContextWithOIDC, MTLSConfiguration } from "oidc-provider";

/**
 * The provider's setting for clients with TLS certificates (RFC 8705), on a listener that asks for
 * one and takes any.
 */
export const mutualTls: MTLSConfiguration = {
  enabled: true,
  certificateBoundAccessTokens: true,
  tlsClientAuth: true,
  selfSignedTlsClientAuth: true,
  getCertificate: peerCertificate,
  certificateAuthorized: (context) => tlsSocket(context)?.authorized === true,
  certificateSubjectMatches: (context, property, expected) =>
    property === "tls_client_auth_subject_dn" &&
    sameNames(peerCertificate(context)?.subject ?? "", expected),
};

function tlsSocket(context: KoaContextWithOIDC): TLSSocket | undefined {
  return context.req.socket instanceof TLSSocket ? context.req.socket : undefined;
}

function peerCertificate(context: KoaContextWithOIDC): X509Certificate | undefined {
  return tlsSocket(context)?.getPeerX509Certificate();
}

/** Compares distinguished names without regard to the order and spacing of their parts. */
function sameNames(one: string, other: string): boolean {
  return parts(one) !== "" && parts(one) === parts(other);
}

function parts(name: string): string {
  return name
    .split(/[,\n]/)
    .map((part) => part.trim())
    .sort()
    .join("\n");
}
