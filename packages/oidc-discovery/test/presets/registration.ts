/** A client as a provider's console gives it. */
export const registration = {
  clientId: "client-1",
  clientSecret: "canary-client-secret",
  redirectUri: "https://agent.example/oauth2/callback",
} as const;
