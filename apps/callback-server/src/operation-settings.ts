import type { Environment, SettingFault } from "@rak-oauth/environment";
import { z } from "zod";
import { parseTrustedProxies, type TrustedProxies } from "./trusted-proxies.js";

/** How the server is run, apart from what it does. */
export interface OperationSettings {
  /** Absent where no metrics are served. */
  readonly metrics: { readonly port: number; readonly host: string } | undefined;
  /** Absent where no proxy is believed. */
  readonly trustedProxies: TrustedProxies | undefined;
  /** Requests a minute of one client to one group of routes; 0 for any number. */
  readonly rateLimitPerMinute: number;
  /** From the signal to stop until no connection is taken, in milliseconds. */
  readonly drainDelayMs: number;
}

const wholeNumber = (maximum: number, problem: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, problem)
    .transform(Number)
    .refine((number) => number <= maximum, problem);

const schema = z.object({
  METRICS_PORT: wholeNumber(65_535, "must be a whole number from 1 to 65535, such as 9464")
    .refine((port) => port > 0, "must be a whole number from 1 to 65535, such as 9464")
    .optional(),
  METRICS_HOST: z.string().default("127.0.0.1"),
  RAK_OAUTH_TRUSTED_PROXIES: z
    .string()
    .transform((text, context) => {
      const proxies = parseTrustedProxies(text);
      if (proxies !== undefined) return proxies;
      context.addIssue({
        code: "custom",
        message:
          'must be how many proxies stand in front, such as "1", or their addresses and networks, such as "10.0.0.0/8, fd00::/8"',
      });
      return z.NEVER;
    })
    .optional(),
  RAK_OAUTH_RATE_LIMIT: wholeNumber(
    1_000_000,
    'must be a whole number of requests a minute, such as "120", or "0" for no limit',
  ).default(120),
  DRAIN_DELAY_SECONDS: wholeNumber(
    300,
    'must be a whole number of seconds up to 300, such as "5"',
  ).default(0),
});

/** Reads how the server is to be run; what is wrong goes to `faults`. */
export function readOperationSettings(
  environment: Environment,
  faults: SettingFault[],
): OperationSettings | undefined {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const name = String(path[0]);
      faults.push({ name, problem: `is ${JSON.stringify(environment[name])} and ${message}.` });
    }
    return undefined;
  }
  const { METRICS_PORT: port, METRICS_HOST: host } = parsed.data;
  return {
    metrics: port === undefined ? undefined : { port, host },
    trustedProxies: parsed.data.RAK_OAUTH_TRUSTED_PROXIES,
    rateLimitPerMinute: parsed.data.RAK_OAUTH_RATE_LIMIT,
    drainDelayMs: parsed.data.DRAIN_DELAY_SECONDS * 1000,
  };
}
