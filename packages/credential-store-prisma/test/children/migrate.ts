import { migrate } from "../../src/index.js";

const [connectionString = ""] = process.argv.slice(2);

process.once("message", async () => {
  process.send?.(await migrate({ connectionString }));
  process.disconnect();
});
process.send?.("ready");
