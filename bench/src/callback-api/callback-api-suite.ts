import type { Suite } from "../figure.js";
import { measureAwaiting, storages } from "./awaiting-figures.js";

/** What a client of the callback server's API waits for. */
export const callbackApiSuite: Suite = {
  name: "callback-api",
  description: "how soon a client in another process knows that its user has come back",
  parts: storages.map((storage) => ({
    name: storage.name.toLowerCase(),
    measure: (tell, size) => measureAwaiting(storage, tell, size),
  })),
};
