import { HttpResponse, http } from "msw";
import type { TokenEndpoints } from "./token-endpoints.js";

/** Serves the revocation endpoint; gives the tokens that were revoked, by what they were said to be. */
export function serveRevocation(endpoints: TokenEndpoints, status = 200): readonly string[] {
  const revoked: string[] = [];
  endpoints.use(
    http.post("https://as.example/revoke", async ({ request }) => {
      const form = new URLSearchParams(await request.text());
      revoked.push(`${form.get("token_type_hint")} ${form.get("token")}`);
      return new HttpResponse(null, { status });
    }),
  );
  return revoked;
}
