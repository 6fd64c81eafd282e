import { createHmac, timingSafeEqual } from "node:crypto";
import { generateKey } from "@rak-oauth/core";

export const sessionSecret: string = generateKey();

/** The cookie of a user who is signed in; in place of your own session. */
export function createSession(user: string): string {
  return `session=${user}.${sign(user)}; Path=/; HttpOnly; SameSite=Lax`;
}

/** Whose cookie it is. */
export function openSession(request: Request): string | undefined {
  const cookies = request.headers.get("cookie") ?? "";
  const [, user = "", signature = ""] = /(?:^|; )session=([^.;]+)\.([\w-]{43})/.exec(cookies) ?? [];
  const isOurs = timingSafeEqual(Buffer.from(sign(user)), Buffer.from(signature.padEnd(43)));
  return isOurs ? user : undefined;
}

function sign(user: string): string {
  return createHmac("sha256", sessionSecret).update(user).digest("base64url");
}
