#!/usr/bin/env node
import { parseArgs } from "node:util";
import { isOAuth2Error } from "@rak-oauth/core";
import { migrate } from "./migrate.js";

const help = `Usage: DATABASE_URL=postgresql://user:password@host:5432/database rak-oauth-migrate

Makes or updates the tables of @rak-oauth/credential-store-prisma in a PostgreSQL database.
Run it before each deployment: it does nothing when the tables are up to date, and any number of
processes may run it at once. It writes the same _prisma_migrations table as prisma migrate deploy.

The address is read from the environment alone, for a command line is visible to other users.

  -h, --help  Show this text.

Exit code 0 when the tables are up to date, 1 with the reason when they are not.
`;

async function run(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    return 1;
  }
  const connectionString = process.env["DATABASE_URL"];
  if (!connectionString) {
    process.stderr.write(
      "DATABASE_URL is not set; it must hold postgresql://user:password@host:5432/database.\n",
    );
    return 1;
  }
  try {
    const { applied } = await migrate({ connectionString });
    process.stdout.write(
      applied.length === 0
        ? "The tables were up to date already.\n"
        : `Applied ${applied.join(", ")}.\n`,
    );
    return 0;
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

process.exitCode = await run();
