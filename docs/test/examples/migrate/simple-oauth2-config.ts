declare const clientId: string;
declare const clientSecret: string;

// shown from here

import { defineOAuth2Config } from "@rak-oauth/core";

const config = defineOAuth2Config({
  provider: "example",
  clientId,
  clientSecret,
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
});
