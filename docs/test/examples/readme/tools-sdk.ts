import { Octokit } from "@octokit/core";
import type { TokenManager } from "@rak-oauth/token-manager";

declare const tokens: TokenManager;

// shown from here

import { createAuthorizedFetch } from "@rak-oauth/rest-tool-adapter";

const github = new Octokit({
  request: {
    fetch: createAuthorizedFetch(tokens.forUser("alice"), { origins: ["https://api.github.com"] }),
  },
});
