import { ConfigurationError } from "@rak-oauth/core";

/** @throws ConfigurationError, without repeating the text: it may hold a password. */
export function assertConnectionString(connectionString: unknown): void {
  if (typeof connectionString === "string" && /^postgres(ql)?:\/\/./.test(connectionString)) return;
  throw new ConfigurationError(
    "connectionString (DATABASE_URL): is not a PostgreSQL address; it must look like postgresql://user:password@host:5432/database.",
  );
}
