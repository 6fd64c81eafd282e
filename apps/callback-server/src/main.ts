#!/usr/bin/env node
import { generateKey, isOAuth2Error } from "@rak-oauth/core";
import { describeNewApiKey } from "./api/api-key.js";
import { settingsHelp } from "./help.js";
import { serve } from "./serve.js";
import { SettingsError } from "./settings-error.js";

const usage = `The callback server of RAK OAuth: connect links, sign-in callbacks, and the pages people see.

Usage: rak-oauth-callback-server [--help | --generate-key | --generate-api-key]

  --help              print this
  --generate-key      print a new key for RAK_OAUTH_KEYS
  --generate-api-key  print a new key for a client of the API, and its SHA-256

${settingsHelp}`;

async function main(commandLine: readonly string[]): Promise<void> {
  const [word, ...more] = commandLine;
  if (more.length === 0 && (word === "--help" || word === "-h")) {
    process.stdout.write(usage);
  } else if (more.length === 0 && word === "--generate-key") {
    const month = new Date().toISOString().slice(0, 7);
    process.stdout.write(`${month}:${generateKey()}\n`);
  } else if (more.length === 0 && word === "--generate-api-key") {
    process.stdout.write(describeNewApiKey());
  } else if (word !== undefined) {
    process.stderr.write(`"${commandLine.join(" ")}" is not known. --help tells what is.\n`);
    process.exitCode = 1;
  } else {
    await serve({ environment: process.env, signal: firstSignal() });
    // All is closed: a timer that a library left behind must not keep an orchestrator waiting.
    process.exit();
  }
}

/** Aborts on the first signal; a second one ends the process at once. */
function firstSignal(): AbortSignal {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  return stop.signal;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isTold = error instanceof SettingsError || isOAuth2Error(error);
  const unexpected = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${isTold ? error.message : unexpected}\n`);
  process.exit(1);
}
