import type { Environment } from "@rak-oauth/environment";
import type { Logger } from "pino";
import { isHostFault, isPortFault, type PortFault } from "./address-faults.js";
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
    throw inSettings(error as AddressError, settings);
  }
}

/** What the operating system says when an address cannot be listened on. */
interface AddressError extends NodeJS.ErrnoException {
  readonly port?: number;
  readonly address?: string;
  readonly hostname?: string;
}

const portMends: Readonly<Record<PortFault, string>> = {
  EADDRINUSE: "is taken by another program. Stop it, or set PORT to a free one.",
  EACCES: "may not be used by this user. Set PORT to one above 1023.",
};

/** An error of listening as a fault of the setting that named the address; any other as it is. */
function inSettings(error: AddressError, { host, port }: Settings): Error {
  const { code, syscall } = error;
  if (isPortFault(code) && syscall === "listen") {
    return new SettingsError([{ name: "PORT", problem: `${port} ${portMends[code]}` }]);
  }
  // Other names are looked up at the start as well.
  if (!isHostFault(code) || (error.address ?? error.hostname) !== host) return error;
  const problem = `${JSON.stringify(host)} is no address of this machine (${code}). Set HOST to 127.0.0.1, to 0.0.0.0 for all of its addresses, or to one of them.`;
  return new SettingsError([{ name: "HOST", problem }]);
}
