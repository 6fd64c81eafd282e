import type { TokenManager, TokenSource } from "@rak-oauth/token-manager";

/** Knows nothing of users or providers: it is given whose tokens it may have. */
export async function countEvents(tokens: TokenSource, signal: AbortSignal): Promise<number> {
  // Good for the whole of a slow export, with this scope, or the user is asked.
  const wish = { minValidSeconds: 120, scopes: ["calendar.read"], signal };
  let token = await tokens.getToken(wish);
  let answer = await listEvents(token.secret());
  if (answer.status === 401) {
    token = await tokens.getToken({ ...wish, forceRefresh: token });
    answer = await listEvents(token.secret());
  }
  return ((await answer.json()) as readonly unknown[]).length;
}

function listEvents(token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch("https://api.example.com/events", { headers });
}

export function countForAlice(tokens: TokenManager): Promise<number> {
  return countEvents(
    tokens.forUser({ tenantId: "acme", userId: "alice" }),
    AbortSignal.timeout(9_000),
  );
}
