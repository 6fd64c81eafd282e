import { readFile } from "node:fs/promises";
import type { Environment, SettingFault } from "./setting-fault.js";

/** Settings that hold a secret, or what belongs to one. Each may come from a file instead, named by `…_FILE`. */
const secretNames = [
  "DATABASE_URL",
  "REDIS_URL",
  "GOOGLE_CLIENT_SECRET",
  "GITHUB_CLIENT_SECRET",
  "MICROSOFT_CLIENT_SECRET",
  "MICROSOFT_CLIENT_PRIVATE_KEY",
  "MICROSOFT_CLIENT_CERTIFICATE",
  "RAK_OAUTH_SESSION_SECRETS",
];

/**
 * The settings with each secret read from its file where one is named; what is wrong goes to `faults`.
 * Keys are not among them: their file has a form of its own.
 */
export async function readSecretFiles(
  environment: Environment,
  faults: SettingFault[],
): Promise<Readonly<Record<string, string>>> {
  const read = await Promise.all(
    secretNames.map(async (name) => {
      const path = environment[`${name}_FILE`];
      if (path === undefined) return [];
      if (environment[name] !== undefined) {
        faults.push({
          name,
          problem: `and ${name}_FILE are both set. Remove one, so that it is clear which counts.`,
        });
        return [];
      }
      const secret = await readSecret(`${name}_FILE`, path, faults);
      return secret === undefined ? [] : [[name, secret] as const];
    }),
  );
  return {
    ...(environment as Readonly<Record<string, string>>),
    ...Object.fromEntries(read.flat()),
  };
}

/** Reads one secret, without the line end that editors leave; what is wrong goes to `faults`. */
export async function readSecret(
  name: string,
  path: string,
  faults: SettingFault[],
): Promise<string | undefined> {
  const shown = JSON.stringify(path);
  try {
    const secret = (await readFile(path, "utf8")).trim();
    if (secret !== "") return secret;
    faults.push({ name, problem: `is ${shown}, which is empty. Write the secret into it.` });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    faults.push({
      name,
      problem: `is ${shown}, which cannot be read (${code}). Give the path of a readable file.`,
    });
  }
  return undefined;
}
