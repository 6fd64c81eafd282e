export {
  type Postgres,
  type PostgresDatabase,
  type StartPostgresOptions,
  startPostgres,
} from "./postgres.js";
