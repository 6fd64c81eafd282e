import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";

declare const flow: AuthorizationCodeFlow;

// shown from here

import { createCallbackServer } from "@rak-oauth/callback-server";

const server = createCallbackServer({ handler: (request) => flow.handler(request) });
const origin = await server.listen({ port: 3000 });
// …
await server.stop();
