import type { TokenSource } from "@rak-oauth/token-manager";

/** Knows nothing of users: it is given `tokens.forUser("alice")`. */
export async function listEvents(tokens: TokenSource, signal: AbortSignal): Promise<Response> {
  // Good for the whole of a slow export, and with this scope, or the user is asked.
  const wish = { minValidSeconds: 120, scopes: ["calendar.read"], signal };
  const token = await tokens.getToken(wish);
  const answer = await send(token.secret());
  if (answer.status !== 401) return answer;
  return send((await tokens.getToken({ ...wish, forceRefresh: token })).secret());
}

function send(token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch("https://api.example.com/events", { headers });
}
