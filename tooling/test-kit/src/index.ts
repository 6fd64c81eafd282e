export {
  type Postgres,
  type PostgresDatabase,
  type StartPostgresOptions,
  startPostgres,
} from "./postgres.js";
export { type Redis, type StartRedisOptions, startRedis } from "./redis.js";
export { type RedisCluster, type RedisClusterNode, startRedisCluster } from "./redis-cluster.js";
