import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { currentRequestId } from "./request-id.js";

/** Names whose values no log may show. Nothing of ours logs them: this is for what a library hands us. */
const secretNames = [
  "authorization",
  "cookie",
  "set-cookie",
  "access_token",
  "accessToken",
  "refresh_token",
  "refreshToken",
  "id_token",
  "idToken",
  "client_secret",
  "clientSecret",
  "client_assertion",
  "code_verifier",
  "codeVerifier",
  "dpopKey",
  "connectionString",
  "password",
];

/** Names that are secret among parameters alone: the code of an error is a word, and helps. */
const secretParameters = ["code", "state", "request"];
const parameterPlaces = ["query", "form", "body", "params", "parameters"];

/** Logs JSON lines that name their request, and blot out what must not be read, as a second defence. */
export function createLogger(
  level: LoggerOptions["level"],
  destination?: DestinationStream | undefined,
): Logger {
  const paths = [
    ...secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
    ...parameterPlaces.flatMap((place) =>
      secretParameters.flatMap((name) => [`${place}.${name}`, `*.${place}.${name}`]),
    ),
  ];
  const options: LoggerOptions = {
    level: level ?? "info",
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const requestId = currentRequestId();
      return requestId === undefined ? {} : { requestId };
    },
    redact: { paths, censor: "[redacted]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
