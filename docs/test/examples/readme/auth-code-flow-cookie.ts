import { verifySessionCookie } from "@rak-oauth/auth-code-flow";

declare const current: string;
declare const older: string;
declare const sessions: { find(sessionId: string): Promise<{ readonly userId: string }> };

// shown from here

verifySessionCookie({
  cookieName: "session",
  secrets: [current, older], // any of them, so that they can be changed
  userIdOf: (sessionId) => sessions.find(sessionId), // { userId, tenantId? }; else the value is the user id
});
