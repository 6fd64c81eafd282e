/**
 * A request with all that Node.js expects of its own. What limits bodies makes a new request of each,
 * and Node.js takes none of the adapter's light ones for that.
 */
export function toOrdinary(request: Request): Request {
  const { url, method, headers, body, signal } = request;
  if (method === "GET" || method === "HEAD") return request;
  return new Request(url, { method, headers, body, signal, duplex: "half" });
}
