import type { OAuth2Config } from "./oauth2-config.js";
import { readPrivateKey } from "./private-key.js";
import { showsCertificate } from "./shows-certificate.js";

/**
 * Signature algorithms of the FAPI 2.0 Security Profile, by their JOSE names.
 *
 * @see https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.1
 */
export const fapi2SignatureAlgorithms: readonly string[] = ["PS256", "ES256", "EdDSA", "Ed25519"];

const leastRsaBits = 2048;

/**
 * What is weaker than the FAPI 2.0 Security Profile asks of clients: a line for each point.
 *
 * @see https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.3
 */
export function findFapi2Weaknesses(config: OAuth2Config): readonly string[] {
  const { clientAuthentication: method, flow, quirks } = config;
  const weaknesses: string[] = [];
  const refuse = (field: string, problem: string, mend: string) =>
    weaknesses.push(`${field} ${problem}, and profile "fapi2" asks for more. ${mend}`);
  if (method !== "private_key_jwt" && !showsCertificate(method)) {
    refuse(
      "clientAuthentication",
      `is "${method}"`,
      'Give clientPrivateKey for "private_key_jwt", or clientCertificate too for "tls_client_auth".',
    );
  }
  if (!config.useDpop && !showsCertificate(method)) {
    refuse("useDpop", "is false", "Leave it out, or authenticate by certificate (RFC 8705).");
  }
  if (quirks.clientAssertionAudience === "token_endpoint") {
    refuse(
      "quirks.clientAssertionAudience",
      'is "token_endpoint"',
      "Leave it out: assertions are addressed to the issuer.",
    );
  }
  if (flow === "device_authorization") {
    refuse("flow", 'is "device_authorization"', 'Choose "authorization_code".');
  }
  if (flow === "authorization_code") {
    if (config.issuer === undefined) {
      refuse("issuer", "is missing", "Give it: authorization responses are checked against it.");
    }
    if (config.pushedAuthorizationUrl === undefined) {
      refuse("pushedAuthorizationUrl", "is missing", "Requests are pushed (RFC 9126); give it.");
    }
    if (!config.usePkce) refuse("usePkce", "is false", "Leave it out.");
    if (!config.issParameterSupported) {
      refuse(
        "issParameterSupported",
        "is false",
        "Leave it out, if the server names itself on its responses (RFC 9207); else this profile cannot be used with it.",
      );
    }
  }
  weaknesses.push(...keyWeaknesses(config));
  return weaknesses;
}

function keyWeaknesses({ clientPrivateKey }: OAuth2Config): readonly string[] {
  const key = clientPrivateKey && readPrivateKey(clientPrivateKey);
  if (key === undefined) return [];
  const { modulusLength = leastRsaBits, namedCurve } = key.key.asymmetricKeyDetails ?? {};
  if (modulusLength < leastRsaBits) {
    return [
      `clientPrivateKey has ${modulusLength} bits, and profile "fapi2" asks for ${leastRsaBits} at least. Make another key, of type EC on the curve P-256 for instance.`,
    ];
  }
  const isOtherCurve = namedCurve !== undefined && namedCurve !== "prime256v1";
  const meantFor = key.algorithm ?? (isOtherCurve ? `curve ${namedCurve}` : undefined);
  if (meantFor === undefined || fapi2SignatureAlgorithms.includes(meantFor)) return [];
  return [
    `clientPrivateKey is meant for ${meantFor}, and profile "fapi2" allows ${fapi2SignatureAlgorithms.join(", ")}. Register a key for one of these, such as an EC key on P-256.`,
  ];
}
