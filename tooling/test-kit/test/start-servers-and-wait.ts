// Run by a test that kills it: starts both servers, says what they are, and never stops them.
import { startPostgres, startRedis } from "../src/index.js";

const [postgres, redis] = await Promise.all([
  startPostgres({ ignoreEnvironment: true }),
  startRedis({ ignoreEnvironment: true }),
]);
process.stdout.write(`${JSON.stringify([postgres.pid, redis.pid])}\n`);
if (process.argv[2] === "wait") {
  setInterval(() => undefined, 60_000);
}
