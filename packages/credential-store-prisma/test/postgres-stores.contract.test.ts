import {
  describeCredentialStore,
  describeCredentialStoreModel,
  describePendingAuthorizationStore,
  describeSuspendedCallStore,
} from "@rak-oauth/core/testing";
import { afterAll, beforeAll, describe } from "vitest";
import {
  type OpenStores,
  openPostgresStores,
  PostgresChangeFeed,
  PrismaCredentialStore,
  PrismaPendingAuthorizationStore,
  PrismaSuspendedCallStore,
} from "../src/index.js";
import type { PrismaClient } from "./generated/client.js";
import { createPrismaClient, usePostgres } from "./postgres-database.js";

const postgres = usePostgres();

describe("a PrismaClient given by the application", () => {
  let client: PrismaClient;
  let changes: PostgresChangeFeed;

  beforeAll(() => {
    client = createPrismaClient(postgres().url);
    changes = new PostgresChangeFeed({ connectionString: postgres().url });
  });

  afterAll(async () => {
    await changes.close();
    await client.$disconnect();
  });

  describeCredentialStore("PrismaCredentialStore", {
    createStore: () => new PrismaCredentialStore({ client, changes }),
  });

  describeCredentialStoreModel("PrismaCredentialStore", {
    createClient: () => new PrismaCredentialStore({ client }),
  });

  describePendingAuthorizationStore("PrismaPendingAuthorizationStore", {
    createStore: () => new PrismaPendingAuthorizationStore({ client, changes }),
  });

  describeSuspendedCallStore("PrismaSuspendedCallStore", {
    createStore: () => new PrismaSuspendedCallStore({ client }),
  });
});

describe("a connection string alone", () => {
  let stores: OpenStores;

  beforeAll(() => {
    stores = openPostgresStores({ connectionString: postgres().url });
  });

  afterAll(async () => {
    await stores.close();
  });

  describeCredentialStore("openPostgresStores", { createStore: () => stores.credentials });

  describeCredentialStoreModel("openPostgresStores", { createClient: () => stores.credentials });

  describePendingAuthorizationStore("openPostgresStores", {
    createStore: () => stores.pendingAuthorizations,
  });

  describeSuspendedCallStore("openPostgresStores", { createStore: () => stores.suspendedCalls });
});
