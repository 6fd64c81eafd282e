import type { Environment } from "@rak-oauth/environment";
import type { Logger } from "pino";
import { describeError } from "./create-callback-server.js";
import { createLogger } from "./create-logger.js";
import { readSettings, type Settings } from "./read-settings.js";
import { type RunningCallbackServer, runCallbackServer } from "./run-callback-server.js";
import { SettingsError } from "./settings-error.js";

/** Options of {@link serve}. */
export interface ServeOptions {
  /** The settings, by the names in {@link settingsHelp}. */
  readonly environment: Environment;
  /** Aborts when the server is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs the callback server until `signal` aborts, then ends running requests and refreshes, and closes the
 * stores. Logs JSON lines to standard output.
 *
 * @throws SettingsError with everything that is wrong with the settings, a taken port included.
 * @throws OAuth2Error when the database cannot be used, or not everything was closed.
 */
export async function serve({ environment, signal }: ServeOptions): Promise<void> {
  const settings = await readSettings(environment);
  const logger = createLogger(settings.logLevel);
  const server = await start(settings, logger);
  if (!signal.aborted) await new Promise((stop) => signal.addEventListener("abort", stop));
  logger.info("stopping");
  try {
    await server.stop();
  } catch (error) {
    logger.error({ error: describeError(error) }, "stopping failed");
    throw error;
  }
  logger.info("stopped");
}

async function start(settings: Settings, logger: Logger): Promise<RunningCallbackServer> {
  try {
    return await runCallbackServer(settings, logger);
  } catch (error) {
    throw inSettings(error as NodeJS.ErrnoException & { readonly port?: number }, settings);
  }
}

/** What the operating system said of an address, as a fault of the setting that named it. */
function inSettings(
  error: NodeJS.ErrnoException & { readonly port?: number },
  { port }: Settings,
): Error {
  const name = error.port === port ? "PORT" : "METRICS_PORT";
  const mends: Readonly<Record<string, string>> = {
    EADDRINUSE: `is taken by another program. Stop it, or set ${name} to a free one.`,
    EACCES: `may not be used by this user. Set ${name} to one above 1023.`,
  };
  const mend = mends[error.code ?? ""];
  if (mend === undefined || error.syscall !== "listen") return error;
  return new SettingsError([{ name, problem: `${error.port} ${mend}` }]);
}
