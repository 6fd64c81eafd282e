import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/*
 * An authorization server's metadata in a process of its own, 50 ms away. It counts who asks, and tells
 * its address to its parent, with which it ends.
 */
const answerMs = 50;
let requests = 0;

const server = createServer((request, response) => {
  const isCount = request.url === "/count";
  const body = JSON.stringify(isCount ? { requests } : metadata());
  requests = isCount ? 0 : requests + 1;
  const send = () => response.setHeader("content-type", "application/json").end(body);
  if (isCount) send();
  else setTimeout(send, answerMs);
});
// Who stampedes opens as many connections as there are callers.
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: "127.0.0.1", backlog: 16_384 }, () => {
  process.send?.({ issuer: issuer() });
});
process.once("disconnect", () => process.exit());

function issuer(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function metadata(): Record<string, unknown> {
  return {
    issuer: issuer(),
    authorization_endpoint: `${issuer()}/authorize`,
    token_endpoint: `${issuer()}/token`,
    jwks_uri: `${issuer()}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: Array.from({ length: 40 }, (_, index) => `scope-${index}`),
    code_challenge_methods_supported: ["S256"],
  };
}
