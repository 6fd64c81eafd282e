import {
  AuthorizationError,
  ConfigurationError,
  isSecureUrl,
  type OAuth2Credentials,
  type Scheduler,
  Secret,
  TokenRequestError,
} from "@rak-oauth/core";
import { genericGrantRequest, initiateDeviceAuthorization } from "openid-client";
import type { DpopKey } from "./dpop.js";
import { type AnswerBody, textOf } from "./endpoint-answer.js";
import type { GrantOptions } from "./grant-options.js";
import type { ProviderClient } from "./provider-client.js";
import { requestSignIn } from "./sign-in-request.js";
import { parseExpiresIn } from "./token-response.js";

/** A device authorization that waits for its user; everything but `deviceCode` is for their eyes. */
export interface DeviceAuthorization {
  /** What the user types at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it, for a QR code. */
  readonly verificationUriComplete?: string | undefined;
  readonly expiresAt: Date;
  /** How long to wait between two polls, in seconds. */
  readonly intervalSeconds: number;
  readonly deviceCode: Secret;
  readonly scopes: readonly string[];
  readonly resource?: string | undefined;
}

/** What polling may be told. */
export interface FinishDeviceAuthorizationOptions {
  /** Ends the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const usualIntervalSeconds = 5;
const slowDownMs = 5_000;
const longestBackoffMs = 60_000;
/** Longer ones would end at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Asks for a code that the user types in a browser (RFC 8628 §3.1). */
export async function startDeviceAuthorization(
  client: ProviderClient,
  options: GrantOptions,
): Promise<DeviceAuthorization> {
  const { config, clock } = client;
  const { deviceAuthorizationUrl, quirks } = config;
  const { resource, scopes = config.scopes } = options;
  if (deviceAuthorizationUrl === undefined) {
    throw new ConfigurationError(
      `OAuth2 configuration for "${config.provider}": deviceAuthorizationUrl is missing. Give the device authorization endpoint (RFC 8628 §3.1).`,
    );
  }
  const parameters = new URLSearchParams({
    ...quirks.authorizationParameters,
    ...client.scopeParameter(scopes),
  });
  for (const indicator of client.resources(resource)) parameters.append("resource", indicator);
  if (keepsIdToken(client, scopes)) client.expectIdToken();
  const sentAt = clock.now();
  const device = await client.ask(
    { endpoint: "device authorization endpoint", field: "deviceAuthorizationUrl" },
    (body, { refuse }) => {
      const fault = findFault(body, config.allowInsecureLoopback);
      if (fault !== undefined) throw refuse(fault);
      return normalise(body);
    },
    (configuration) => initiateDeviceAuthorization(configuration, parameters),
  );
  return {
    userCode: device.user_code,
    verificationUri: device.verification_uri,
    verificationUriComplete: device.verification_uri_complete,
    expiresAt: new Date(sentAt + device.expires_in * 1000),
    intervalSeconds: device.interval ?? usualIntervalSeconds,
    deviceCode: new Secret(device.device_code),
    scopes,
    resource,
  };
}

/**
 * Asks for the tokens until the user has decided (RFC 8628 §3.4).
 *
 * openid-client's own polling gives up at the first broken connection, which RFC 8628 §3.5 does not
 * allow, and cannot be given a clock.
 */
export async function finishDeviceAuthorization(
  client: ProviderClient,
  device: DeviceAuthorization,
  dpopKey: DpopKey | undefined,
  options: FinishDeviceAuthorizationOptions,
): Promise<OAuth2Credentials> {
  const { config, clock, scheduler } = client;
  const { scopes, resource } = device;
  const { signal = new AbortController().signal } = options;
  const keepIdToken = keepsIdToken(client, scopes);
  let intervalMs = device.intervalSeconds * 1000;
  let backoffMs = 0;
  let wishMs = 0;
  for (;;) {
    const remainingMs = Math.max(0, device.expiresAt.getTime() - clock.now());
    const waitMs = Math.max(intervalMs, backoffMs, wishMs);
    await pause(scheduler, Math.min(waitMs, remainingMs, longestTimerMs), signal);
    if (clock.now() >= device.expiresAt.getTime()) throw expired(config.displayName);
    try {
      return await requestSignIn(
        client,
        { scopes, resource, keepIdToken, dpopKey },
        (configuration, parameters, dpop) => {
          parameters.set("device_code", device.deviceCode.secret());
          const grantType = "urn:ietf:params:oauth:grant-type:device_code";
          return genericGrantRequest(configuration, grantType, parameters, dpop);
        },
      );
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      wishMs = error.retryAfterMs ?? 0;
      if (error.error === "access_denied") throw denied(config.displayName);
      if (error.error === "expired_token") throw expired(config.displayName);
      if (error.error === "slow_down") intervalMs += slowDownMs;
      else if (error.error === "authorization_pending") backoffMs = 0;
      else if (error.kind === "transient") {
        backoffMs = Math.min(2 * Math.max(backoffMs, intervalMs), longestBackoffMs);
      } else throw error;
    }
  }
}

function keepsIdToken({ config }: ProviderClient, scopes: readonly string[]): boolean {
  return config.issuer !== undefined && scopes.includes("openid");
}

/** What in an answer cannot be shown to a person or waited for. */
function findFault(body: AnswerBody, allowInsecureLoopback: boolean): string | undefined {
  const { verification_uri, verification_uri_complete, ...rest } = normalise(body);
  if (textOf(rest.device_code) === undefined) return "device_code is missing";
  // It may be printed on a terminal.
  if (!/^\P{C}{1,64}$/u.test(rest.user_code ?? "")) return "user_code is not one to be shown";
  if (rest.expires_in === undefined) return "expires_in is missing";
  const addresses = [verification_uri ?? "", verification_uri_complete ?? verification_uri ?? ""];
  return addresses.every(
    (address) => URL.canParse(address) && isSecureUrl(address, allowInsecureLoopback),
  )
    ? undefined
    : "verification_uri is not an https URL";
}

function normalise(body: AnswerBody) {
  return {
    device_code: textOf(body["device_code"]),
    user_code: textOf(body["user_code"]),
    // Google's name for it is older than the RFC.
    verification_uri: textOf(body["verification_uri"]) ?? textOf(body["verification_url"]),
    verification_uri_complete: textOf(body["verification_uri_complete"]),
    expires_in: parseExpiresIn(body["expires_in"]),
    interval: parseExpiresIn(body["interval"]),
  };
}

async function pause(scheduler: Scheduler, delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await scheduler.wait(delayMs, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function denied(displayName: string): AuthorizationError {
  return new AuthorizationError(
    "access_denied",
    `The user did not allow access to ${displayName}.`,
  );
}

function expired(displayName: string): AuthorizationError {
  return new AuthorizationError(
    "expired",
    `The code to connect ${displayName} has expired. Start the authorization again.`,
  );
}
