import type { Connection } from "@rak-oauth/core";
import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import { shownExpiry } from "../shown-token.js";
import { formatTable } from "../terminal.js";

/** Adds `connections`, which lists the accounts a user has connected. */
export const addConnections: AddCommand = (program, bind) => {
  program
    .command("connections")
    .description("list the connected accounts")
    .addHelpText(
      "after",
      `
Examples:
  rak-oauth connections
  rak-oauth connections --json | jq -r '.connections[].provider'`,
    )
    .action(bind(listConnections));
};

async function listConnections(context: CommandContext): Promise<number> {
  const { terminal, subject } = context;
  const connections = await context.withCredentials(({ credentials }) =>
    credentials.listConnections(subject),
  );
  const heading = ["PROVIDER", "ACCOUNT", "STATUS", "TOKEN EXPIRES", "SCOPES"];
  const rows = connections.map((connection) => [
    connection.key.provider,
    accountName(connection),
    connection.status,
    shownExpiry(connection.expiresAt),
    connection.scopes.join(" "),
  ]);
  terminal.answer({
    text:
      rows.length === 0
        ? `"${subject.userId}" has connected no account. Run: rak-oauth connect <provider>`
        : formatTable([heading, ...rows], terminal.colors.bold),
    json: { connections: connections.map(toJson) },
  });
  return exitCodes.ok;
}

function accountName({ account }: Connection): string {
  return account?.email ?? account?.name ?? account?.subject ?? "";
}

function toJson({ key, ...connection }: Connection): object {
  return {
    provider: key.provider,
    userId: key.userId ?? null,
    tenantId: key.tenantId ?? null,
    account: connection.account ?? null,
    status: connection.status,
    scopes: connection.scopes,
    connectedAt: connection.connectedAt.toISOString(),
    refreshedAt: connection.refreshedAt.toISOString(),
    expiresAt: connection.expiresAt?.toISOString() ?? null,
  };
}
