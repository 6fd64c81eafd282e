import { isOAuth2Error, type OAuth2Config, systemClock } from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import type { Finding } from "./finding.js";

/** What {@link checkProvider} looks at. */
export interface CheckProviderOptions {
  /** Its name, or the issuer where there is no configuration. */
  readonly provider: string;
  readonly issuer?: string | undefined;
  /** Compared with what the issuer says. */
  readonly config?: OAuth2Config | undefined;
  readonly allowInsecureLoopback: boolean;
}

/** Servers refuse assertions and ID tokens for less. */
const toleratedMs = 30_000;

const endpoints = [
  "authUrl",
  "tokenUrl",
  "deviceAuthorizationUrl",
  "revocationUrl",
  "userinfoUrl",
  "jwksUrl",
] as const;

/** Compares a provider's configuration, and this machine's clock, with what the provider says. */
export async function checkProvider(options: CheckProviderOptions): Promise<readonly Finding[]> {
  const { provider, issuer, config, allowInsecureLoopback } = options;
  if (issuer === undefined) {
    const message =
      "It has no issuer to ask, so its addresses are taken as they are. Compare them with its documentation.";
    return [{ level: "ok", check: "metadata", provider, message }];
  }
  let ahead: number | undefined;
  try {
    const found = await discover(issuer, {
      provider: config?.provider ?? "issuer",
      clientId: config?.clientId ?? "rak-oauth-doctor",
      allowInsecureLoopback,
      async fetch(...request) {
        const response = await fetch(...request);
        const date = Date.parse(response.headers.get("date") ?? "");
        if (!Number.isNaN(date)) ahead = systemClock.now() - date;
        return response;
      },
    });
    const message = `${issuer} publishes its metadata.`;
    return [
      { level: "ok", check: "metadata", provider, message },
      ...(config === undefined ? [] : [compareEndpoints(provider, config, found)]),
      ...(ahead === undefined ? [] : [judgeClock(provider, ahead)]),
    ];
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    // With addresses of its own, a configuration may work without metadata.
    const level = config === undefined ? "error" : "warning";
    return [{ level, check: "metadata", provider, message: error.message }];
  }
}

function compareEndpoints(provider: string, config: OAuth2Config, found: OAuth2Config): Finding {
  const differences = endpoints.flatMap((name) => {
    const [ours, theirs] = [config[name], found[name]];
    if (ours === undefined || theirs === undefined || ours === theirs) return [];
    return [`${name} is ${ours}, and the provider says ${theirs}.`];
  });
  return differences.length === 0
    ? {
        level: "ok",
        check: "endpoints",
        provider,
        message: "The addresses are those that the provider publishes.",
      }
    : {
        level: "warning",
        check: "endpoints",
        provider,
        message: `${differences.join(" ")} Take the provider's, unless its documentation says otherwise.`,
      };
}

function judgeClock(provider: string, aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const isGood = Math.abs(aheadMs) <= toleratedMs;
  return {
    level: isGood ? "ok" : "warning",
    check: "clock",
    provider,
    message: isGood
      ? "This machine's clock agrees with the provider's."
      : `This machine's clock is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} the provider's. Set it by NTP: signed requests and ID tokens are refused otherwise.`,
  };
}
