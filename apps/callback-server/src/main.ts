#!/usr/bin/env node
import { generateKey, isOAuth2Error } from "@rak-oauth/core";
import type { Logger } from "pino";
import { describeNewApiKey } from "./api/api-key.js";
import { describeError } from "./create-callback-server.js";
import { createLogger } from "./create-logger.js";
import { helpText } from "./help.js";
import { readSettings } from "./read-settings.js";
import { runCallbackServer } from "./run-callback-server.js";
import { SettingsError } from "./settings-error.js";

async function main(commandLine: readonly string[]): Promise<void> {
  const [word, ...more] = commandLine;
  if (more.length === 0 && (word === "--help" || word === "-h")) {
    process.stdout.write(helpText);
  } else if (more.length === 0 && word === "--generate-key") {
    const month = new Date().toISOString().slice(0, 7);
    process.stdout.write(`${month}:${generateKey()}\n`);
  } else if (more.length === 0 && word === "--generate-api-key") {
    process.stdout.write(describeNewApiKey());
  } else if (word !== undefined) {
    process.stderr.write(`"${commandLine.join(" ")}" is not known. --help tells what is.\n`);
    process.exitCode = 1;
  } else {
    await serve();
  }
}

async function serve(): Promise<void> {
  const settings = await readSettings(process.env);
  const logger = createLogger(settings.logLevel);
  const server = await runCallbackServer(settings, logger);
  const signal = await firstSignal();
  logger.info({ signal }, "stopping");
  process.once("SIGTERM", endNow).once("SIGINT", endNow);
  // A person at a keyboard has no load balancer that needs time to notice.
  await stopInOrder(() => server.stop({ now: signal === "SIGINT" }), logger);
  // All is closed: a timer that a library left behind must not keep an orchestrator waiting.
  process.exit();
}

async function stopInOrder(stop: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await stop();
    logger.info("stopped");
  } catch (error) {
    logger.error({ error: describeError(error) }, "stopping failed");
    process.exitCode = 1;
  }
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve).once("SIGINT", resolve);
  });
}

function endNow(): void {
  process.exit(1);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const told = error instanceof SettingsError || isOAuth2Error(error);
  process.stderr.write(`${told ? error.message : inWords(error)}\n`);
  process.exitCode = 1;
}

function inWords(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code === "EADDRINUSE") {
    return `PORT is taken by another program (${message}). Stop it, or set PORT to a free one.`;
  }
  if (code === "EACCES")
    return `HOST and PORT may not be used (${message}). Choose a PORT above 1023.`;
  return String(error instanceof Error ? (error.stack ?? error) : error);
}
