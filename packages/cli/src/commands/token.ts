import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import { describeToken, shownExpiry } from "../shown-token.js";
import { toOneLine } from "../terminal.js";
import { withTokenManager } from "../with-token-manager.js";

interface TokenOptions {
  readonly printSecret?: boolean | undefined;
}

/** Adds `token`, which obtains an access token and tells about it. */
export const addToken: AddCommand = (program, bind) => {
  program
    .command("token")
    .description("obtain an access token, refreshed when needed, and show expiry and scopes")
    .argument("<provider>", "name of a provider that was connected")
    .option("--print-secret", "print the token itself, for a program that reads it")
    .addHelpText(
      "after",
      `
The token is printed with --print-secret alone. To call an API, rak-oauth call keeps it to itself.

Examples:
  rak-oauth token google
  rak-oauth token google --json
  TOKEN=$(rak-oauth token google --print-secret)`,
    )
    .action(bind(showToken));
};

async function showToken(
  context: CommandContext,
  { printSecret = false }: TokenOptions,
  provider: string,
): Promise<number> {
  const { terminal, subject, signal } = context;
  const config = await context.findProvider(provider);
  const token = await withTokenManager(context, config, (manager) =>
    manager.getToken({ ...subject, signal }),
  );
  const { expiresAt, scopes, tokenType } = token;
  const secret = printSecret ? token.secret() : undefined;
  const facts = [
    `${terminal.colors.bold("Type:   ")} ${tokenType}`,
    `${terminal.colors.bold("Expires:")} ${shownExpiry(expiresAt)}`,
    `${terminal.colors.bold("Scopes: ")} ${toOneLine(scopes.join(" ")) || "unknown"}`,
  ];
  terminal.answer({
    text: secret ?? facts.join("\n"),
    json: { provider, ...describeToken(token), ...(printSecret && { accessToken: secret }) },
  });
  return exitCodes.ok;
}
