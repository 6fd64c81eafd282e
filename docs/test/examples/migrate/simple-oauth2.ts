declare const clientId: string;
declare const clientSecret: string;
declare const database: {
  load(userId: string): Promise<Token>;
  save(userId: string, token: Token): Promise<void>;
};

// shown from here

import { AuthorizationCode, type Token } from "simple-oauth2";

const client = new AuthorizationCode({
  client: { id: clientId, secret: clientSecret },
  auth: {
    tokenHost: "https://login.example.com",
    tokenPath: "/token",
    authorizePath: "/authorize",
  },
});
let accessToken = client.createToken(await database.load("alice"));
if (accessToken.expired(60)) {
  accessToken = await accessToken.refresh();
  await database.save("alice", accessToken.token);
}
const token = String(accessToken.token["access_token"]);
