import { expect, it } from "vitest";
import * as embedded from "../src/embedded.js";
import * as main from "../src/index.js";

it("exports exactly what is public", () => {
  expect(Object.keys(main).sort()).toEqual([
    "PostgresChangeFeed",
    "PrismaCredentialStore",
    "PrismaPendingAuthorizationStore",
    "PrismaSuspendedCallStore",
    "migrate",
    "openPostgresStores",
  ]);
  expect(Object.keys(embedded)).toEqual(["openEmbeddedStores"]);
});
