import { ConfigurationError } from "@rak-oauth/core";
import type { AgentTool } from "./agent-tool.js";

/**
 * Tools by their names, in the order given.
 *
 * @param where - who needs them, for the error
 * @throws ConfigurationError when two have the same name.
 */
export function toolsByName(
  where: string,
  tools: readonly AgentTool[],
): ReadonlyMap<string, AgentTool> {
  const byName = new Map<string, AgentTool>();
  for (const tool of tools) {
    if (byName.has(tool.name)) {
      throw new ConfigurationError(
        `${where}: two tools have the name ${JSON.stringify(tool.name)}. Rename one.`,
      );
    }
    byName.set(tool.name, tool);
  }
  return byName;
}
