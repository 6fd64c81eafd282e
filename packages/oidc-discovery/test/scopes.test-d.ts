import { google, googleScopes, type ScopedRegistration } from "../src/index.js";

const client = { clientId: "client-1" };

google({ ...client, scopes: ["openid", googleScopes.gmail.send] });
google({ ...client, scopes: ["https://www.googleapis.com/auth/a-scope-of-tomorrow"] });
// @ts-expect-error one text is not a list of scopes
google({ ...client, scopes: "openid" });

type Offered<Registration> = Registration extends ScopedRegistration<infer Scope> ? Scope : never;

/** What the editor offers, and no wider: a union of names that has become `string` offers nothing. */
export const offered: string extends Offered<Parameters<typeof google>[0]> ? never : true = true;
