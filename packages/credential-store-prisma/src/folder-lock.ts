import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OAuth2Error } from "@rak-oauth/core";

/** The right to be the only process in a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Who made a lock file. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells; a process id is soon used again. */
  readonly startedAt?: string | undefined;
}

const claimSuffix = ".claim.lock";
const ownedSuffix = ".owned.lock";
const attempts = 20;

/**
 * Takes a folder for this process. Each process writes a file of its own and then looks for others:
 * of two that start at once at least one sees the other, so there is no moment at which two believe
 * to be alone. Files of dead processes are removed.
 *
 * @throws OAuth2Error with code `store_misconfigured` when another process has the folder
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const id = randomUUID();
  const claim = join(folder, `${id}${claimSuffix}`);
  const owned = join(folder, `${id}${ownedSuffix}`);
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    startedAt: await processStart(process.pid),
  };
  for (let attempt = 0; ; attempt += 1) {
    await writeFile(claim, JSON.stringify(owner));
    const other = await findOther(folder, id);
    // A claim is gone when somebody read it half written; that one has stepped in, look again.
    if (other === undefined && (await renamed(claim, owned))) {
      return { release: () => rm(owned, { force: true }) };
    }
    await rm(claim, { force: true });
    if (other !== undefined && (other.file.endsWith(ownedSuffix) || attempt >= attempts)) {
      throw new OAuth2Error(
        "store_misconfigured",
        `Folder ${folder} is in use by process ${other.owner.pid} on ${other.owner.host}; an embedded database serves one process. End that process, choose another folder, or set DATABASE_URL to share a PostgreSQL server. If it is gone for certain, delete ${join(folder, other.file)}.`,
      );
    }
    // Two began at the same moment: each steps back, and one comes first the next time.
    await delay(Math.random() * 50);
  }
}

async function findOther(
  folder: string,
  id: string,
): Promise<{ readonly file: string; readonly owner: Owner } | undefined> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".lock"));
  for (const file of files) {
    if (file.startsWith(id)) continue;
    const text = await readFile(join(folder, file), "utf8").catch(ignoreMissing);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (owner !== undefined && (await isAlive(owner))) return { file, owner };
    await rm(join(folder, file), { force: true });
  }
  return undefined;
}

async function renamed(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(text);
    return typeof owner === "object" && owner !== null && "pid" in owner && "host" in owner
      ? (owner as Owner)
      : undefined;
  } catch {
    // Torn by a crash while it was written: nobody got any further.
    return undefined;
  }
}

/** Another machine's processes cannot be asked, so they count as alive. */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const startedAt = await processStart(owner.pid);
  return owner.startedAt === undefined || startedAt === undefined || owner.startedAt === startedAt;
}

/** Field 22 of Linux's `/proc/<pid>/stat`, in clock ticks since the machine was started. */
async function processStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
