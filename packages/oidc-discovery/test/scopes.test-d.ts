import {
  type discord,
  type gitlab,
  google,
  googleScopes,
  type linear,
  type microsoft,
  type ScopedRegistration,
  type spotify,
} from "../src/index.js";

const client = { clientId: "client-1" };

google({ ...client, scopes: ["openid", googleScopes.gmail.send] });
google({ ...client, scopes: ["https://www.googleapis.com/auth/a-scope-of-tomorrow"] });
// @ts-expect-error one text is not a list of scopes
google({ ...client, scopes: "openid" });

type Offered<Registration> = Registration extends ScopedRegistration<infer Scope> ? Scope : never;

/** What the editor offers, and no wider: a union of names that has become `string` offers nothing. */
type Offers<Create extends (registration: never) => unknown> =
  string extends Offered<Parameters<Create>[0]> ? never : true;

export const offered: readonly [
  Offers<typeof google>,
  Offers<typeof microsoft>,
  Offers<typeof gitlab>,
  Offers<typeof discord>,
  Offers<typeof spotify>,
  Offers<typeof linear>,
] = [true, true, true, true, true, true];
