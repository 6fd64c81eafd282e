import { CredentialService, defineOAuth2Config, parseKeyring } from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";
import { pino } from "pino";
import { openStores } from "../../src/open-stores.js";
import type { AnswerToParent, OrderToChild } from "../token-process.js";

/*
 * One process of an application: opens the shared store, says so, and when told to asks for one
 * user's token as often as many requests at once would.
 */
function tell(answer: AnswerToParent): void {
  process.send?.(answer);
}

process.once("message", async ({ storage, keyLine, config, subject, callers }: OrderToChild) => {
  const stores = await openStores(storage, pino({ level: "silent" }));
  const tokens = new TokenManager({
    config: defineOAuth2Config(config),
    credentials: new CredentialService({
      store: stores.credentials,
      keys: parseKeyring(keyLine),
    }),
  });
  process.once("message", async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: callers }, () => tokens.getToken(subject)),
    );
    tell({
      tokens: answers.flatMap((each) => (each.status === "fulfilled" ? [each.value.secret()] : [])),
      failures: answers.flatMap((each) =>
        each.status === "rejected" ? [String(each.reason)] : [],
      ),
    });
    await tokens.close();
    await stores.close();
    process.disconnect();
  });
  tell("ready");
});
