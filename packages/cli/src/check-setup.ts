import { stat } from "node:fs/promises";
import type { CommandContext } from "./command-context.js";
import type { Finding } from "./finding.js";
import type { Settings } from "./read-settings.js";
import { tellFailure } from "./tell-failure.js";

/** Settings as they were found, and the settings themselves where they can be used. */
export interface CheckedSettings {
  readonly findings: readonly Finding[];
  readonly settings: Settings | undefined;
}

/** Reads the settings, and tells what is wrong with them. */
export async function checkSettings(context: CommandContext): Promise<CheckedSettings> {
  try {
    const settings = await context.settings();
    const names = settings.configs.map(({ provider }) => provider).join(", ") || "none";
    const message = `The settings can be used. Providers: ${names}.`;
    const folder = await checkFolder(settings.folder);
    return { settings, findings: [{ level: "ok", check: "settings", message }, ...folder] };
  } catch (error) {
    return { settings: undefined, findings: [failed("settings", error)] };
  }
}

/** Opens the stored credentials and reads the user's: keys, connection, tables and seals. */
export async function checkStore(
  context: CommandContext,
  { storage }: Settings,
): Promise<readonly Finding[]> {
  const { subject } = context;
  const place = storage.kind === "embedded" ? `the folder ${storage.folder}` : storage.kind;
  try {
    return await context.withCredentials(async ({ credentials, keys }) => {
      const connections = await credentials.listConnections(subject);
      const unreadable = connections.filter(({ status }) => status === "unreadable").length;
      const count = `${connections.length} of "${subject.userId}"`;
      return [
        { level: "ok", check: "store", message: `Credentials are kept in ${place}: ${count}.` },
        unreadable === 0
          ? {
              level: "ok",
              check: "keys",
              message: `The current key is "${keys.currentKeyId}", and all of them open.`,
            }
          : {
              level: "error",
              check: "keys",
              message: `${unreadable} of them do not open with these keys. Give the key they were sealed with, or connect again.`,
            },
      ];
    });
  } catch (error) {
    return [failed("store", error)];
  }
}

async function checkFolder(folder: string): Promise<readonly Finding[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || process.platform === "win32" || (found.mode & 0o077) === 0) return [];
  const message = `${folder} is open to other users of this machine. Restrict it: chmod 700 ${folder}`;
  return [{ level: "warning", check: "settings", message }];
}

function failed(check: string, error: unknown): Finding {
  return { level: "error", check, message: tellFailure(error).message };
}
