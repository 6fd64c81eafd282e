import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { startHttpServer } from "@rak-oauth/test-kit";

/** A request as Vault received it. */
interface VaultRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The part of Vault's HTTP API that is the Transit engine, with one key and real encryption. */
export interface FakeVault {
  readonly url: string;
  readonly requests: readonly VaultRequest[];
  /** Makes a new version of the key. */
  rotate(): void;
  /** Gives all requests this answer instead, until it is undefined. */
  answer: (() => Response | Promise<Response>) | undefined;
  stop(): Promise<void>;
}

/** What the fake accepts. */
export interface FakeVaultOptions {
  readonly token: string;
  readonly mount: string;
  readonly keyName: string;
}

/** Starts a Vault on a free port. */
export async function startFakeVault(options: FakeVaultOptions): Promise<FakeVault> {
  const versions = [randomBytes(32)];
  const requests: VaultRequest[] = [];
  const server = await startHttpServer(async (request) => {
    const { pathname: path } = new URL(request.url);
    const body = (await request.json()) as Record<string, unknown>;
    requests.push({ path, headers: request.headers, body });
    if (vault.answer) return vault.answer();
    if (request.headers.get("x-vault-token") !== options.token) return refuse(403, "denied");
    const [, mount, action, keyName] = /^\/v1\/(.+)\/(encrypt|decrypt)\/([^/]+)$/.exec(path) ?? [];
    if (request.method !== "POST" || mount !== options.mount) return refuse(404);
    if (keyName !== options.keyName) return refuse(400, "encryption key not found");
    return action === "encrypt" ? encrypt(versions, body) : decrypt(versions, body);
  });
  const vault: FakeVault = {
    url: server.url,
    requests,
    rotate: () => versions.push(randomBytes(32)),
    answer: undefined,
    stop: () => server.stop(),
  };
  return vault;
}

/** An answer as Vault refuses. */
export function refuse(status: number, ...errors: readonly string[]): Response {
  return Response.json({ errors }, { status });
}

function encrypt(versions: readonly Buffer[], body: Readonly<Record<string, unknown>>): Response {
  const version = Number(body["key_version"] ?? versions.length);
  const key = versions[version - 1];
  if (!key) return refuse(400, "requested version for encryption is greater than latest");
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(String(body["associated_data"]), "base64"));
  const sealed = Buffer.concat([
    iv,
    cipher.update(Buffer.from(String(body["plaintext"]), "base64")),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const ciphertext = `vault:v${version}:${sealed.toString("base64")}`;
  return Response.json({ data: { ciphertext, key_version: version } });
}

function decrypt(versions: readonly Buffer[], body: Readonly<Record<string, unknown>>): Response {
  const [, version, text] = /^vault:v(\d+):(.+)$/.exec(String(body["ciphertext"])) ?? [];
  const key = versions[Number(version) - 1];
  if (!key) return refuse(400, "invalid ciphertext: version is too new");
  const sealed = Buffer.from(String(text), "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(String(body["associated_data"]), "base64"));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    const plaintext = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return Response.json({ data: { plaintext: plaintext.toString("base64") } });
  } catch {
    return refuse(400, "invalid ciphertext: unable to decrypt");
  }
}
