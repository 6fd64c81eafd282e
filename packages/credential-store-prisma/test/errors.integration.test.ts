import { createServer } from "node:net";
import { inspect } from "node:util";
import type { CredentialStore } from "@rak-oauth/core";
import type { PostgresDatabase } from "@rak-oauth/test-kit";
import { beforeAll, describe, expect, it } from "vitest";
import {
  migrate,
  openPostgresStores,
  PostgresChangeFeed,
  PrismaCredentialStore,
} from "../src/index.js";
import { createPrismaClient, runSql, usePostgres } from "./postgres-database.js";

const postgres = usePostgres();

const key = { userId: "alice", provider: "example" };
const canary = "canary-of-a-refresh-token";
const credential = { sealed: Buffer.from(canary), keyId: "test", fingerprint: "first" };

const clients: Record<
  string,
  (url: string) => { readonly store: CredentialStore; close(): Promise<void> }
> = {
  "a PrismaClient": (url) => {
    const client = createPrismaClient(url);
    return {
      store: new PrismaCredentialStore({ client }),
      close: () => client.$disconnect(),
    };
  },
  openPostgresStores: (connectionString) => {
    const stores = openPostgresStores({ connectionString });
    return { store: stores.credentials, close: () => stores.close() };
  },
};

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

/** Fails unless the call is refused, with a message that says so and nothing that must not be told. */
async function refused(
  call: Promise<unknown>,
  expected: { readonly code: string; readonly message: RegExp },
  secrets: readonly string[] = [],
): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    code: expected.code,
    message: expect.stringMatching(expected.message),
  });
  for (const secret of [canary, Buffer.from(canary).toString("base64"), ...secrets]) {
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
  }
}

describe.each(Object.entries(clients))("through %s", (_name, open) => {
  let database: PostgresDatabase;

  beforeAll(async () => {
    database = await postgres().createDatabase();
    await migrate({ connectionString: database.url });
  });

  async function withStore(url: string, use: (store: CredentialStore) => Promise<void>) {
    const { store, close } = open(url);
    try {
      await use(store);
    } finally {
      await close();
    }
  }

  /** Each on a database of its own that one statement has spoilt. */
  async function withSpoilt(
    statement: string,
    use: (store: CredentialStore) => Promise<void>,
  ): Promise<void> {
    const spoilt = await postgres().createDatabase();
    await migrate({ connectionString: spoilt.url });
    await runSql(spoilt.url, statement);
    await withStore(spoilt.url, use);
    await spoilt.drop();
  }

  it("EV-02 an unreachable server is unavailable, and never an empty answer", async () => {
    const port = String(await closedPort());
    const url = changed(database.url, (copy) => {
      copy.port = port;
      copy.password = "canary-password";
    });
    await withStore(url, async (store) => {
      const expected = { code: "store_unavailable", message: new RegExp(`127.0.0.1:${port}`) };
      await refused(store.read(key), expected, ["canary-password"]);
      await refused(store.put(key, credential), expected, ["canary-password"]);
      await refused(store.list({}), expected, ["canary-password"]);
      await refused(store.claimOrphans({ provider: "example", limit: 1, claimMs: 1 }), expected, [
        "canary-password",
      ]);
    });
  });

  it("EV-02 a wrong password is a misconfiguration, and is not shown", async () => {
    const url = changed(database.url, (copy) => {
      copy.password = "canary-password";
    });
    await withStore(url, (store) =>
      refused(
        store.read(key),
        { code: "store_misconfigured", message: /user or password.*connection string/ },
        ["canary-password"],
      ),
    );
  });

  it("EV-02 an unknown database is named", async () => {
    const url = changed(database.url, (copy) => {
      copy.pathname = "/nowhere";
    });
    await withStore(url, (store) =>
      refused(store.read(key), {
        code: "store_misconfigured",
        message: /database does not exist.*nowhere/,
      }),
    );
  });

  it("EV-02 a server without TLS is told apart from one that is down", async () => {
    const url = changed(database.url, (copy) => copy.searchParams.set("sslmode", "verify-full"));
    await withStore(url, (store) =>
      refused(store.read(key), { code: "store_misconfigured", message: /sslmode/ }),
    );
  });

  it("EV-02 missing tables name the command that makes them", async () => {
    await withSpoilt("DROP TABLE rak_oauth_credential", async (store) => {
      const expected = {
        code: "store_misconfigured",
        message: /npx rak-oauth-migrate.*rak_oauth_credential/,
      };
      await refused(store.read(key), expected);
      await refused(Promise.all([store.read(key), store.read({ provider: "other" })]), expected);
      await refused(store.put(key, credential), expected);
    });
  });

  it("EV-02 tables of another version say so", async () => {
    await withSpoilt("ALTER TABLE rak_oauth_credential DROP COLUMN orphaned_at", (store) =>
      refused(store.put(key, credential), {
        code: "store_misconfigured",
        message: /another version of this package.*orphaned_at/,
      }),
    );
    await withSpoilt("ALTER TABLE rak_oauth_credential ADD COLUMN newer text NOT NULL", (store) =>
      refused(store.put(key, credential), {
        code: "store_misconfigured",
        message: /not as this version.*newer/,
      }),
    );
  });

  it("EV-02 a row of a newer format is refused, not guessed at", async () => {
    await withStore(database.url, async (store) => {
      await store.put(key, credential);
      await runSql(database.url, "UPDATE rak_oauth_credential SET status = 'frozen'");
      await refused(store.read(key), {
        code: "store_misconfigured",
        message: /status "frozen".*Install the version/,
      });
      await store.delete(key);
    });
  });

  it("EV-02 a read-only database answers reads and refuses writes", async () => {
    await withStore(database.url, (store) => store.put(key, credential));
    const url = changed(database.url, (copy) =>
      copy.searchParams.set("options", "-c default_transaction_read_only=on"),
    );
    await withStore(url, async (store) => {
      expect(await store.read(key)).toMatchObject({ fingerprint: "first" });
      const expected = { code: "store_misconfigured", message: /read-only.*primary/ };
      await refused(store.put(key, credential), expected);
      await refused(store.acquireLease(key, { fingerprint: "first", leaseMs: 1 }), expected);
    });
  });

  it("EV-02 missing permissions are named", async () => {
    const role = `reader_${process.pid}_${Math.trunc(performance.now())}`;
    await runSql(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
    const url = changed(database.url, (copy) => {
      copy.username = role;
      copy.password = "reader";
    });
    await withStore(url, (store) =>
      refused(store.read(key), {
        code: "store_misconfigured",
        message: /Grant it SELECT.*rak_oauth_credential/,
      }),
    );
    await runSql(database.url, `DROP ROLE ${role}`);
  });

  it("ST-05 refuses what no text of PostgreSQL can hold", async () => {
    await withStore(database.url, async (store) => {
      for (const userId of ["a\0b", "\ud800", "x".repeat(4_096), ""]) {
        await refused(store.put({ userId, provider: "example" }, credential), {
          code: "invalid_credential_key",
          message: /userId/,
        });
        expect(await store.read({ userId, provider: "example" })).toBeUndefined();
      }
    });
  });
});

describe("the change feed", () => {
  let url: string;
  beforeAll(() => {
    url = changed(postgres().url, (copy) => {
      copy.password = "canary-password";
    });
  });

  it("EV-02 says what is wrong when it cannot listen", async () => {
    const feed = new PostgresChangeFeed({ connectionString: url });
    await refused(
      feed.subscribe(() => undefined),
      { code: "store_misconfigured", message: /user or password/ },
      ["canary-password"],
    );
    await feed.close();
  });

  it("EV-02 refuses what is no address at once, without repeating it", () => {
    for (const open of [
      () => new PostgresChangeFeed({ connectionString: "redis://:canary@host" }),
      () => openPostgresStores({ connectionString: "redis://:canary@host" }),
    ]) {
      expect(open).toThrow(/postgresql:\/\/user:password@host/);
      expect(open).not.toThrow(/canary/);
    }
  });
});

describe("after closing", () => {
  it("a store is unavailable", async () => {
    const stores = openPostgresStores({ connectionString: postgres().url });
    await stores.close();
    await refused(stores.credentials.read(key), { code: "store_unavailable", message: /pool/ });
  });
});
