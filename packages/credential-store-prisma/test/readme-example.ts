import { PrismaPg } from "@prisma/adapter-pg";
import { CredentialService, parseKeyring } from "@rak-oauth/core";
import {
  migrate,
  PostgresChangeFeed,
  PrismaCredentialStore,
  PrismaPendingAuthorizationStore,
} from "@rak-oauth/credential-store-prisma";
import { PrismaClient } from "./generated/client.js";

const connectionString = process.env["DATABASE_URL"] ?? "";
await migrate({ connectionString });

const client = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
const changes = new PostgresChangeFeed({ connectionString });
const keys = parseKeyring(process.env["RAK_OAUTH_KEYS"] ?? "");

export const credentials = new CredentialService({
  store: new PrismaCredentialStore({ client, changes }),
  keys,
});
export const pendingAuthorizations = new PrismaPendingAuthorizationStore({ client, changes });
