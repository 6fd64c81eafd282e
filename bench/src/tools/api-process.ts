import { type AddressInfo, createServer } from "node:net";

/*
 * A protected API in a process of its own: a page of events for whoever has a bearer token. It reads
 * requests without a body as they come from the clients that are measured, one to a packet, and does
 * no more: what is measured is the client. It tells its address to its parent, and ends with it.
 *
 * "awake" as its argument keeps it looking for requests, as the process of a busy API does: to wake a
 * core from its sleep takes longer than a request, and is the machine's work, not the client's.
 */
const events = Array.from({ length: 8 }, (_, index) => ({
  id: `event-${index}`,
  summary: "Lunch with the team",
  start: "2026-01-01T12:00:00Z",
  end: "2026-01-01T13:00:00Z",
  attendees: ["alice@example.com", "bob@example.com"],
}));
const body = JSON.stringify({ events });
const granted = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nDate: ${new Date().toUTCString()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n\r\n${body}`,
);
const refused = Buffer.from("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");

const server = createServer({ noDelay: true }, (socket) => {
  let request = "";
  socket.on("data", (chunk) => {
    request += chunk.toString("latin1");
    if (!request.endsWith("\r\n\r\n")) return;
    socket.write(/\r\nauthorization: bearer a/i.test(request) ? granted : refused);
    request = "";
  });
  // A client that ends may reset what it keeps open.
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.once("disconnect", () => process.exit());
if (process.argv[2] === "awake") stayAwake();

function stayAwake(): void {
  setImmediate(stayAwake);
}
