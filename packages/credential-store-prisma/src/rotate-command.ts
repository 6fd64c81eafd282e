#!/usr/bin/env node
import { runRotateCommand } from "@rak-oauth/core/rotate-command";
import { openPostgresStores } from "./postgres-stores.js";

process.exitCode = await runRotateCommand({
  command: "rak-oauth-rotate",
  addressVariable: "DATABASE_URL",
  addressExample: "postgresql://user:password@host:5432/database",
  openStore: (connectionString) => {
    const stores = openPostgresStores({ connectionString, maximumConnections: 3 });
    return { store: stores.credentials, close: () => stores.close() };
  },
});
