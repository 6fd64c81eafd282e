import { join } from "node:path";
import { authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import { CredentialService, loadKeyring, NeedsUserAuthorizationError } from "@rak-oauth/core";
import { openEmbeddedStores } from "@rak-oauth/credential-store-prisma/embedded";
import { createAuthorizedFetch } from "@rak-oauth/rest-tool-adapter";
import { TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";
import { gmail } from "./gmail.js";

const { MAIL_FOLDER = ".gmail-digest" } = process.env;
const users = process.argv.slice(2);
if (users.length === 0) {
  console.error("For whom? Such as: npx -y pnpm@12.21.0 run digest alice bob");
  process.exit(2);
}

const { config, api } = await gmail();
const stores = await openEmbeddedStores({ folder: MAIL_FOLDER });
const { keys, warnings } = await loadKeyring({ developmentKeyFile: join(MAIL_FOLDER, "key") });
for (const warning of warnings) console.error(warning);
const credentials = new CredentialService({ store: stores.credentials, keys });
const tokens = new TokenManager({ config, credentials });

for (const userId of users) {
  const mail = await withUser(userId, () => readUnread(userId));
  console.log(`\n${userId}, ${mail.length} unread`);
  for (const { from, subject } of mail) console.log(`  ${from}: ${subject}`);
}
await tokens.close();
await stores.close();

/** Does something as a user, who signs in first where that is needed: the first time, as a rule. */
async function withUser<Result>(userId: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NeedsUserAuthorizationError)) throw error;
    const { scopes } = error;
    console.error(`${userId} has to connect Gmail.`);
    await authorizeWithLoopback({
      endpoint: new TokenEndpoint({ config }),
      credentials,
      subject: { userId },
      scopes,
      openBrowser: process.stderr.isTTY,
    });
    return work();
  }
}

async function readUnread(userId: string) {
  // Acts as this user, at Gmail's own addresses and nowhere else.
  const fetchAsUser = createAuthorizedFetch(tokens.forUser(userId), {
    origins: config.apiOrigins,
    allowInsecureLoopback: config.allowInsecureLoopback,
  });
  const read = async <Answer>(path: string): Promise<Answer> => {
    const answer = await fetchAsUser(`${api}/gmail/v1/users/me/${path}`);
    if (!answer.ok) throw new Error(`Gmail answered ${path} with status ${answer.status}.`);
    return (await answer.json()) as Answer;
  };
  const { messages = [] } = await read<{ readonly messages?: readonly { readonly id: string }[] }>(
    "messages?q=is:unread&maxResults=20",
  );
  return Promise.all(
    messages.map(async ({ id }) => {
      const { payload } = await read<Message>(`messages/${id}?format=metadata`);
      const header = (wanted: string) =>
        payload.headers.find(({ name }) => name === wanted)?.value ?? "(none)";
      return { from: header("From"), subject: header("Subject") };
    }),
  );
}

interface Message {
  readonly payload: {
    readonly headers: readonly { readonly name: string; readonly value: string }[];
  };
}
