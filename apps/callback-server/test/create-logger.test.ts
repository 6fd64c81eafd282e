import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createCallbackServer } from "../src/create-callback-server.js";
import { createLogger } from "../src/create-logger.js";

function record() {
  const lines: string[] = [];
  const logger = createLogger(
    "debug",
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    }),
  );
  return { logger, lines, entries: () => lines.map((line) => JSON.parse(line)) };
}

it("EV-01 blots out secrets by their names, however deep a library hands them over", () => {
  const { logger, lines } = record();
  const headers = { authorization: "canary", cookie: "canary", "set-cookie": ["canary"] };
  logger.error({ headers, request: { headers } }, "first");
  logger.error({ body: { access_token: "canary", refresh_token: "canary" } }, "second");
  logger.error({ client_secret: "canary", form: { code: "canary", state: "canary" } }, "third");
  expect(lines.join()).not.toContain("canary");
  expect(lines.join()).toContain("[redacted]");
});

it("leaves the codes of errors readable", () => {
  const { logger, entries } = record();
  logger.error({ error: { code: "store_unavailable" } }, "refused");
  expect(entries()).toMatchObject([{ error: { code: "store_unavailable" } }]);
});

it("names the request in whatever is logged while it is answered", async () => {
  const { logger, entries } = record();
  const server = createCallbackServer({
    logger,
    handler: async () => {
      await Promise.resolve();
      logger.warn("refused");
      return new Response();
    },
  });
  await server.fetch(
    new Request("http://localhost/oauth2/connect?request=canary", {
      headers: { "x-request-id": "abc" },
    }),
  );
  expect(entries()).toMatchObject([
    { msg: "refused", requestId: "abc" },
    { msg: "request", requestId: "abc", path: "/oauth2/connect", status: 200 },
  ]);
  logger.info("later");
  expect(entries().at(-1)).not.toHaveProperty("requestId");
});
