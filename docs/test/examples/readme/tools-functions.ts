import { Octokit } from "@octokit/core";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { TokenManager } from "@rak-oauth/token-manager";

declare const google: TokenManager;
declare const github: TokenManager;
declare const flow: AuthorizationCodeFlow;
declare function mailsOf(week: unknown): string;
declare function issuesOf(octokit: Octokit, week: unknown): Promise<readonly unknown[]>;

// shown from here

import { withAuthorization } from "@rak-oauth/rest-tool-adapter";

const summarise = withAuthorization({
  tokens: google,
  authorization: flow,
  scopes: ["…/gmail.readonly"],
})(
  withAuthorization({ tokens: github, authorization: flow })({
    name: "summarise_week",
    description: "Summarises the user's mails and issues of a week.",
    parameters: { type: "object", properties: { week: { type: "integer" } } },
    async execute({ week }, { access, signal }) {
      const mails = await access("google").fetch(mailsOf(week), { signal });
      const octokit = new Octokit({ request: { fetch: access("github").fetch } });
      return { mails: await mails.json(), issues: await issuesOf(octokit, week) };
    },
  }),
);
