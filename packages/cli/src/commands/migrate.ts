import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";

/** Adds `migrate`, which makes or updates the tables. */
export const addMigrate: AddCommand = (program, bind) => {
  program
    .command("migrate")
    .description("make or update the tables in PostgreSQL")
    .addHelpText(
      "after",
      `
Redis has no tables, and a database in a folder is updated whenever it is opened.

Examples:
  DATABASE_URL=postgresql://user:password@host:5432/database rak-oauth migrate`,
    )
    .action(bind(migrateStore));
};

async function migrateStore(context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { storage } = await context.settings();
  if (storage.kind !== "postgres") {
    if (storage.kind === "embedded") await context.withCredentials(async () => undefined);
    const text =
      storage.kind === "redis"
        ? "Redis has no tables: there is nothing to do."
        : `The tables in ${storage.folder} are up to date.`;
    terminal.answer({ text, json: { storage: storage.kind, applied: [] } });
    return exitCodes.ok;
  }
  const { migrate } = await import("@rak-oauth/credential-store-prisma");
  terminal.tell("Looking at the tables …");
  const { applied } = await migrate({ connectionString: storage.connectionString });
  terminal.answer({
    text:
      applied.length === 0
        ? "The tables were up to date already."
        : `Applied ${applied.join(", ")}.`,
    json: { storage: storage.kind, applied },
  });
  return exitCodes.ok;
}
