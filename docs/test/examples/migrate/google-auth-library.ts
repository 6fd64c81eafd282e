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

const client = new OAuth2Client(clientId, clientSecret, redirectUri);
client.setCredentials(await database.load("alice"));
client.on("tokens", (tokens) => database.save("alice", tokens));
const { token } = await client.getAccessToken();
