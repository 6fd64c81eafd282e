import type { OAuth2Config } from "@rak-oauth/core";
import type { TokenManager } from "@rak-oauth/token-manager";
import type { CommandContext } from "./command-context.js";

/** Gives `work` the tokens of one provider; a refresh on its way is stored before this settles. */
export async function withTokenManager<Result>(
  context: CommandContext,
  config: OAuth2Config,
  work: (manager: TokenManager) => Promise<Result>,
): Promise<Result> {
  const { TokenManager } = await import("@rak-oauth/token-manager");
  return context.withCredentials(async ({ credentials }) => {
    const manager = new TokenManager({ config, credentials });
    try {
      return await work(manager);
    } finally {
      await manager.close();
    }
  });
}
