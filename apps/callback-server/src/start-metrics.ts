import { isHostFault, isPortFault } from "./address-faults.js";
import type { OperationSettings } from "./operation-settings.js";
import type { MetricsServer } from "./serve-metrics.js";
import { SettingsError } from "./settings-error.js";

/**
 * Serves metrics where that is wished.
 *
 * @throws SettingsError when the address cannot be had
 */
export async function startMetrics(
  wish: OperationSettings["metrics"],
): Promise<MetricsServer | undefined> {
  if (wish === undefined) return undefined;
  // Loaded on demand: an SDK takes memory and time that others need not pay for.
  const { serveMetrics } = await import("./serve-metrics.js");
  try {
    return await serveMetrics(wish);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isPortFault(code) && !isHostFault(code)) throw error;
    throw new SettingsError([
      {
        name: "METRICS_PORT",
        problem: `and METRICS_HOST cannot be listened on (${message}). Set them to a free address of this machine.`,
      },
    ]);
  }
}
