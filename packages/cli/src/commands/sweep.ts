import type { OAuth2Config, OAuth2Flow } from "@rak-oauth/core";
import type { SweepResult } from "@rak-oauth/token-manager";
import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import { formatTable } from "../terminal.js";
import { withTokenManager } from "../with-token-manager.js";

/** Adds `sweep`, which finishes interrupted refreshes and keeps idle grants alive. */
export const addSweep: AddCommand = (program, bind) => {
  program
    .command("sweep")
    .description("finish interrupted refreshes, and use refresh tokens that would die of idleness")
    .argument("[providers...]", "names of providers (default: all that are set up)")
    .addHelpText(
      "after",
      `
For a timer, where no process runs that sweeps by itself. Any number may sweep at once.

Examples:
  rak-oauth sweep
  rak-oauth sweep google github --json`,
    )
    .action(bind(sweep));
};

/** Their tokens are asked for anew, and none is stored that could die. */
const unstored: ReadonlySet<OAuth2Flow> = new Set([
  "client_credentials",
  "jwt_bearer",
  "token_exchange",
]);

async function sweep(
  context: CommandContext,
  _options: unknown,
  names: readonly string[],
): Promise<number> {
  const { terminal, signal } = context;
  const chosen =
    names.length === 0
      ? (await context.settings()).configs
      : await Promise.all(names.map((name) => context.findProvider(name)));
  const results: (SweepResult & { readonly provider: string })[] = [];
  for (const config of chosen.filter(({ flow }) => !unstored.has(flow))) {
    if (signal.aborted) break;
    const { provider } = config;
    terminal.tell(`${provider}: sweeping …`);
    results.push({ provider, ...(await sweepProvider(context, config)) });
  }
  const rows = results.map(({ provider, ...counts }) => [
    provider,
    ...[counts.recovered, counts.keptAlive, counts.failed].map(String),
  ]);
  terminal.answer({
    text:
      rows.length === 0
        ? "No provider is set up whose tokens are stored."
        : formatTable(
            [["PROVIDER", "RECOVERED", "KEPT ALIVE", "FAILED"], ...rows],
            terminal.colors.bold,
          ),
    json: { providers: results },
  });
  return results.some(({ failed }) => failed > 0) ? exitCodes.failed : exitCodes.ok;
}

/** Rounds until one finds nothing that it could mend. */
function sweepProvider(context: CommandContext, config: OAuth2Config): Promise<SweepResult> {
  const { terminal, signal } = context;
  return withTokenManager(context, config, async (manager) => {
    let total: SweepResult = { recovered: 0, keptAlive: 0, failed: 0 };
    for (;;) {
      const round = await manager.sweep();
      total = {
        recovered: total.recovered + round.recovered,
        keptAlive: total.keptAlive + round.keptAlive,
        failed: total.failed + round.failed,
      };
      if (signal.aborted || round.recovered + round.keptAlive === 0) return total;
      terminal.tell(
        `${config.provider}: ${total.recovered} recovered, ${total.keptAlive} kept alive, ${total.failed} failed`,
      );
    }
  });
}
