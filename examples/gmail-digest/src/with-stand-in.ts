import { rm } from "node:fs/promises";
import { startGoogle } from "./start-google.js";

/** Makes alice's and bob's digests at a Google of its own. */
const google = await startGoogle();
Object.assign(process.env, google.environment, { MAIL_FOLDER: ".gmail-digest-stand-in" });
process.argv.push("alice", "bob");
try {
  await import("./main.js");
} finally {
  await google.stop();
  // Nobody knows its tokens any more.
  await rm(".gmail-digest-stand-in", { recursive: true, force: true });
}
