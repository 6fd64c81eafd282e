import type { Credentials } from "google-auth-library";

declare const clientId: string;
declare const clientSecret: string;
declare const redirectUri: string;
declare const database: {
  load(userId: string): Promise<Credentials>;
  save(userId: string, tokens: Credentials): Promise<void>;
};

// shown from here

import { OAuth2Client } from "google-auth-library";

const client = new OAuth2Client({ clientId, clientSecret, redirectUri });
client.setCredentials(await database.load("alice"));
client.on("tokens", async (tokens) => {
  // A refresh brings no refresh token: the one from before stays.
  await database.save("alice", { ...client.credentials, ...tokens });
});
const { token } = await client.getAccessToken();
