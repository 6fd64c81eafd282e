import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/*
 * A token endpoint in a process of its own, that takes as long as its argument says, in milliseconds,
 * and then gives tokens for any code. It tells its address to its parent, and ends with it.
 */
const answerMs = Number(process.argv[2]);
let count = 0;

const server = createServer((request, response) => {
  request.resume().once("end", () => {
    setTimeout(() => {
      count += 1;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          access_token: `access-${count}-${"a".repeat(900)}`,
          refresh_token: `refresh-${count}-${"r".repeat(100)}`,
          token_type: "Bearer",
          expires_in: 3600,
        }),
      );
    }, answerMs);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("disconnect", () => process.exit());
