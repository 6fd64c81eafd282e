import { Pool } from "pg";
import type { Contender } from "./contender.js";
import { isGood, type LockedRecord, onceInProcess, refreshedRecord } from "./locked-record.js";
import { rawRequest } from "./raw-request.js";

/** The lock that PostgreSQL offers: the row itself, in a transaction that spans the request. */
export const postgresLock: Contender = {
  name: "hand-written PostgreSQL row lock",
  caches: true,
  remark: "SELECT … FOR UPDATE, plain JSON, a connection held across the request",
  async open({ postgresUrl = "", tokenUrl }) {
    const pool = new Pool({ connectionString: postgresUrl, max: 2 });
    // Many processes may do so at once, which PostgreSQL's IF NOT EXISTS does not always survive.
    await pool
      .query("CREATE TABLE IF NOT EXISTS lock_floor (id text PRIMARY KEY, value jsonb NOT NULL)")
      .catch(() => undefined);
    return {
      async store({ userId, ...record }) {
        await pool.query("INSERT INTO lock_floor VALUES ($1, $2)", [userId, record]);
      },
      async connect({ userId }) {
        await pool.query("SELECT value FROM lock_floor WHERE id = $1", [userId]);
        return onceInProcess(async () => {
          const connection = await pool.connect();
          let committed = false;
          try {
            await connection.query("BEGIN");
            const { rows } = await connection.query<{ readonly value: LockedRecord }>(
              "SELECT value FROM lock_floor WHERE id = $1 FOR UPDATE",
              [userId],
            );
            let record = rows[0]?.value;
            if (record === undefined) throw new Error("The user is not connected.");
            if (!isGood(record)) {
              record = refreshedRecord(await rawRequest(tokenUrl, record.refreshToken));
              await connection.query("UPDATE lock_floor SET value = $2 WHERE id = $1", [
                userId,
                record,
              ]);
            }
            await connection.query("COMMIT");
            committed = true;
            return record;
          } finally {
            // A connection that is dropped takes its transaction with it.
            connection.release(!committed);
          }
        });
      },
      close: () => pool.end(),
    };
  },
};
