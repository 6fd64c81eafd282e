import { isSecureUrl } from "./config-faults.js";
import { ConfigurationError, KeyServiceUnavailableError, SealingError } from "./errors.js";
import type { KeyWrapper } from "./key-wrapper.js";
import type { Secret } from "./secret.js";

/** Options of {@link VaultTransitKeyWrapper}. */
export interface VaultTransitKeyWrapperOptions {
  /** Where Vault is, such as `https://vault.example.com:8200`; http only on this machine's loopback. */
  readonly address: string;
  /** A Vault token, or a function that gives the present one and is called for each request. */
  readonly token: Secret | (() => Promise<Secret>);
  /** Name of the Transit key; of a type that takes associated data, such as `aes256-gcm96`. */
  readonly keyName: string;
  /**
   * Version of the key that new records are sealed with. Raise it after a rotation in Vault, and
   * re-sealing finds what older versions sealed; left out, Vault takes its latest and nothing is
   * ever found.
   */
  readonly keyVersion?: number | undefined;
  /** Path the Transit engine is mounted at. @defaultValue "transit" */
  readonly mount?: string | undefined;
  /** Namespace, where Vault has them. */
  readonly namespace?: string | undefined;
  /** How long one request may take, in milliseconds. @defaultValue 5_000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the global fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const ciphertextForm = /^vault:v(\d+):[A-Za-z0-9+/]+={0,2}$/;

/**
 * Wraps data keys with the Transit engine of HashiCorp Vault 1.13 or newer, or of OpenBao: the
 * key-encryption key never leaves it. The token needs `update` on `<mount>/encrypt/<key>` and
 * `<mount>/decrypt/<key>`, and should not have `create`, with which Vault makes a key of any
 * misspelt name. One request a call: see `cacheDataKeys`.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export class VaultTransitKeyWrapper implements KeyWrapper {
  /** `vault:<key name>`, with `:v<version>` where one is given. */
  readonly currentKeyId: string;
  readonly #options: VaultTransitKeyWrapperOptions;
  readonly #mountUrl: string;

  /** @throws ConfigurationError naming the option that cannot work. */
  constructor(options: VaultTransitKeyWrapperOptions) {
    const { address, keyName, keyVersion, mount = "transit" } = options;
    if (!URL.canParse(address) || !isSecureUrl(address, true)) {
      throw invalid("address", "must be an https URL, or http on 127.0.0.1 for development");
    }
    if (!/^\w(?:[\w.-]{0,126}\w)?$/.test(keyName)) {
      throw invalid("keyName", 'must be 1 to 128 letters, digits, "_", "-" or "."');
    }
    if (keyVersion !== undefined && !(Number.isSafeInteger(keyVersion) && keyVersion > 0)) {
      throw invalid("keyVersion", "must be a whole number from 1");
    }
    if (!/^\w[\w-]*(?:\/\w[\w-]*)*$/.test(mount)) {
      throw invalid("mount", 'must be a path such as "transit", without a slash at either end');
    }
    this.#options = options;
    this.#mountUrl = `${address.replace(/\/+$/, "")}/v1/${mount}`;
    this.currentKeyId = `vault:${keyName}${keyVersion === undefined ? "" : `:v${keyVersion}`}`;
  }

  async wrap(dataKey: Uint8Array, additionalData: Uint8Array): Promise<Uint8Array> {
    const { keyVersion } = this.#options;
    const ciphertext = await this.#request("encrypt", "ciphertext", {
      plaintext: toBase64(dataKey),
      associated_data: toBase64(additionalData),
      ...(keyVersion !== undefined && { key_version: keyVersion }),
    });
    const version = ciphertextForm.exec(ciphertext)?.[1];
    if (version === undefined || Number(version) !== (keyVersion ?? Number(version))) {
      throw this.#unavailable("answered with something else than a ciphertext");
    }
    return Buffer.from(ciphertext, "latin1");
  }

  async unwrap(
    keyId: string,
    wrapped: Uint8Array,
    additionalData: Uint8Array,
  ): Promise<Uint8Array> {
    const id = /^vault:([\w.-]+)(?::v(\d+))?$/.exec(keyId);
    if (id?.[1] !== this.#options.keyName) {
      throw new SealingError(
        `A record was sealed with key ${JSON.stringify(keyId)}, and this process opens those of Vault's Transit key "${this.#options.keyName}" only.`,
      );
    }
    const ciphertext = toBuffer(wrapped).toString("latin1");
    const version = ciphertextForm.exec(ciphertext)?.[1];
    if (version === undefined || version !== (id[2] ?? version)) throw damaged(keyId);
    const plaintext = await this.#request("decrypt", "plaintext", {
      ciphertext,
      associated_data: toBase64(additionalData),
    });
    return Buffer.from(plaintext, "base64");
  }

  /** Posts to the key and gives one text of the answer. */
  async #request(
    action: "encrypt" | "decrypt",
    field: "ciphertext" | "plaintext",
    body: Readonly<Record<string, string | number>>,
  ): Promise<string> {
    const { keyName, namespace, timeoutMs = 5_000, fetch = globalThis.fetch } = this.#options;
    const token = await this.#token();
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.#mountUrl}/${action}/${keyName}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-vault-request": "true",
          "x-vault-token": token,
          ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        },
        body: JSON.stringify(body),
        // A redirect would carry the token to another host.
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw this.#unavailable(describeFailure(error, timeoutMs));
    }
    if (status !== 200) throw this.#refusal(action, status, text);
    const value = textOf(text, field);
    if (value === undefined) throw this.#unavailable(`answered without a ${field}`);
    return value;
  }

  async #token(): Promise<string> {
    const { token } = this.#options;
    const value = (typeof token === "function" ? await token() : token).secret();
    // Checked here, for fetch would show it in its error.
    if (!/^[\x21-\x7e]+$/.test(value)) {
      throw invalid("token", "is empty, or has spaces or line breaks; give the token alone");
    }
    return value;
  }

  #refusal(action: "encrypt" | "decrypt", status: number, text: string): Error {
    const { keyName } = this.#options;
    const path = `${new URL(this.#mountUrl).pathname.slice("/v1/".length)}/${action}/${keyName}`;
    if (status === 503) return this.#unavailable("is sealed or down for maintenance; unseal it");
    if (status === 412 || status === 429 || status >= 500) {
      return this.#unavailable(`answered with status ${status}`);
    }
    if (status === 403) {
      return new ConfigurationError(
        `${this.#where()} refused the token for ${path}: it has expired, or its policy lacks "update" on that path.`,
      );
    }
    if (status === 400 && !text.includes("encryption key not found")) {
      if (action === "decrypt") return damaged(keyName);
      return new ConfigurationError(
        `${this.#where()} cannot encrypt with key "${keyName}": it must not be derived, its type must take associated data (aes256-gcm96), and keyVersion must exist.`,
      );
    }
    if (status === 400 || status === 404) {
      return new ConfigurationError(
        `${this.#where()} has no ${path}. Check keyName, mount and namespace; a key is made with: vault write -f ${path.replace(`/${action}/`, "/keys/")}`,
      );
    }
    return new ConfigurationError(
      `${this.#where()} answered ${path} with status ${status}. Check that address is Vault itself, and its active node where nodes redirect.`,
    );
  }

  #unavailable(how: string): KeyServiceUnavailableError {
    return new KeyServiceUnavailableError(`${this.#where()} ${how}.`);
  }

  #where(): string {
    return `Vault at ${new URL(this.#mountUrl).origin}`;
  }
}

function describeFailure(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `did not answer within ${timeoutMs} ms`;
  }
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: unknown };
  return `cannot be reached${typeof code === "string" ? ` (${code})` : ""}; check that it runs, and its certificate`;
}

function textOf(body: string, field: string): string | undefined {
  try {
    const { data } = JSON.parse(body) as { readonly data?: Readonly<Record<string, unknown>> };
    const value = data?.[field];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function damaged(key: string): SealingError {
  return new SealingError(
    `A record's data key does not open with Vault's Transit key "${key}": the record was damaged or moved, or Vault no longer allows this version (min_decryption_version).`,
  );
}

function invalid(option: string, problem: string): ConfigurationError {
  return new ConfigurationError(`VaultTransitKeyWrapper: ${option} ${problem}.`);
}

function toBase64(bytes: Uint8Array): string {
  return toBuffer(bytes).toString("base64");
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
