import { Octokit } from "@octokit/core";
import { createAuthorizedFetch } from "@rak-oauth/rest-tool-adapter";
import type { TokenManager } from "@rak-oauth/token-manager";

export async function countStars(tokens: TokenManager, userId: string): Promise<number> {
  const fetchAsUser = createAuthorizedFetch(tokens.forUser(userId), {
    origins: ["https://api.github.com"],
  });
  const octokit = new Octokit({ request: { fetch: fetchAsUser } });
  return (await octokit.request("GET /user/starred")).data.length;
}
