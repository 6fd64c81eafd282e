import type { DisconnectResult, TokenEnd } from "@rak-oauth/token-manager";
import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";

/** Adds `disconnect`, which revokes and forgets a user's credential. */
export const addDisconnect: AddCommand = (program, bind) => {
  program
    .command("disconnect")
    .description("revoke the tokens of an account at the provider, and forget them")
    .argument("<provider>", "name of a provider that was connected")
    .addHelpText(
      "after",
      `
The tokens are forgotten in any case; the exit code is 1 when they may live on at the provider.

Examples:
  rak-oauth disconnect google
  rak-oauth disconnect google --json`,
    )
    .action(bind(disconnect));
};

async function disconnect(
  context: CommandContext,
  _options: unknown,
  provider: string,
): Promise<number> {
  const [{ disconnectConnection }, { TokenManager }] = await Promise.all([
    import("@rak-oauth/auth-code-flow"),
    import("@rak-oauth/token-manager"),
  ]);
  const { configs } = await context.settings();
  const config = configs.find((candidate) => candidate.provider === provider);
  const result = await context.withCredentials(async ({ credentials }) => {
    const managers = new Map(
      config && [[provider, new TokenManager({ config, credentials })] as const],
    );
    return disconnectConnection({ ...context.subject, provider }, { credentials, managers });
  });
  context.terminal.answer({ text: inWords(provider, result), json: { provider, ...result } });
  return mayLiveOn(result.accessToken) || mayLiveOn(result.refreshToken)
    ? exitCodes.failed
    : exitCodes.ok;
}

function mayLiveOn(end: TokenEnd): boolean {
  return end === "failed" || end === "unreadable";
}

const ends: Readonly<Record<TokenEnd, string>> = {
  revoked: "revoked",
  unsupported: "forgotten here; the provider has no way to revoke it",
  failed: "forgotten here, but it may live on: end the access on the provider's own pages",
  unreadable: "forgotten unread, and it may live on: end the access on the provider's own pages",
  none: "there was none",
};

function inWords(provider: string, { disconnected, ...tokens }: DisconnectResult): string {
  if (!disconnected) return `${provider} was not connected.`;
  return [
    `${provider} is disconnected.`,
    `Access token:  ${ends[tokens.accessToken]}.`,
    `Refresh token: ${ends[tokens.refreshToken]}.`,
  ].join("\n");
}
