import { KeyObject, webcrypto } from "node:crypto";
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key, both PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate authority that exists for one test run. */
export interface ThrowAwayCertificateAuthority {
  /** Its own certificate (PEM). */
  readonly certificate: string;
  /** A certificate for a TLS server on 127.0.0.1. */
  createServerCertificate(): Promise<KeyedCertificate>;
  /** @param subject - a distinguished name, as in `CN=agent,O=Example` */
  createClientCertificate(subject: string): Promise<KeyedCertificate>;
}

/** What {@link createSelfSignedCertificate} makes. */
export interface SelfSignedCertificateOptions {
  /** @defaultValue "P-256" */
  readonly keyType?: "P-256" | "RSA" | undefined;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const rsaAlgorithm = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
} as const;
const dayMs = 24 * 60 * 60 * 1_000;
const keepsItsKey = new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true);

/** Makes a certificate authority whose private key never leaves this process. */
export async function createCertificateAuthority(): Promise<ThrowAwayCertificateAuthority> {
  const name = "CN=Throw-away test CA";
  const keys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    ...validity(),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const issue = async (
    subject: string,
    usage: ExtendedKeyUsage,
    extensions: readonly Extension[] = [],
  ): Promise<KeyedCertificate> => {
    const { publicKey, privateKey } = await generateKeys();
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: name,
      publicKey,
      signingKey: keys.privateKey,
      ...validity(),
      signingAlgorithm: algorithm,
      extensions: [keepsItsKey, new ExtendedKeyUsageExtension([usage]), ...extensions],
    });
    return { certificate: certificate.toString("pem"), privateKey: privateKeyPem(privateKey) };
  };
  return {
    certificate: authority.toString("pem"),
    createServerCertificate: () =>
      issue("CN=127.0.0.1", ExtendedKeyUsage.serverAuth, [
        new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
      ]),
    createClientCertificate: (subject) => issue(subject, ExtendedKeyUsage.clientAuth),
  };
}

/**
 * Makes a client certificate that vouches for itself.
 *
 * @param subject - a distinguished name, as in `CN=agent,O=Example`
 */
export async function createSelfSignedCertificate(
  subject: string,
  { keyType = "P-256" }: SelfSignedCertificateOptions = {},
): Promise<KeyedCertificate> {
  const signingAlgorithm = keyType === "RSA" ? rsaAlgorithm : algorithm;
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    ...validity(),
    signingAlgorithm,
    extensions: [keepsItsKey, new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  });
  return { certificate: certificate.toString("pem"), privateKey: privateKeyPem(keys.privateKey) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

/** It starts in the past, so that a clock that is a little behind does not refuse it. */
function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - dayMs), notAfter: new Date(now + 30 * dayMs) };
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ format: "pem", type: "pkcs8" }).toString();
}
