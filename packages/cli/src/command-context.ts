import type { OAuth2Config } from "@rak-oauth/core";
import type { OpenCredentials } from "./open-stores.js";
import type { Settings } from "./read-settings.js";
import type { CommandProcess, Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** Options that every command has. */
export interface SharedOptions {
  readonly user: string;
  readonly tenant?: string | undefined;
}

/** Whose credentials a command works with. */
export interface Subject {
  readonly userId: string;
  readonly tenantId?: string | undefined;
}

/** What a command works with. */
export class CommandContext {
  readonly process: CommandProcess;
  readonly terminal: Terminal;
  readonly subject: Subject;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  #settings: Promise<Settings> | undefined;

  constructor(options: {
    readonly process: CommandProcess;
    readonly terminal: Terminal;
    readonly shared: SharedOptions;
    readonly signal: AbortSignal;
  }) {
    const { user, tenant } = options.shared;
    this.process = options.process;
    this.terminal = options.terminal;
    this.signal = options.signal;
    this.subject = { userId: user, ...(tenant !== undefined && { tenantId: tenant }) };
  }

  /** @throws UsageError with every fault. */
  settings(): Promise<Settings> {
    // What a command works with is loaded when it works: completions and help come at once.
    this.#settings ??= import("./read-settings.js").then(({ readSettings }) =>
      readSettings(this.process.env),
    );
    return this.#settings;
  }

  /** Opens the stored credentials while `work` lasts. */
  async withCredentials<Result>(work: (open: OpenCredentials) => Promise<Result>): Promise<Result> {
    const { openCredentials } = await import("./open-stores.js");
    const open = await openCredentials(await this.settings(), this.terminal);
    try {
      return await work(open);
    } finally {
      await open.close();
    }
  }

  /**
   * The configuration of a provider that is set up or was connected before.
   *
   * @throws UsageError when there is none.
   */
  async findProvider(name: string): Promise<OAuth2Config> {
    const { configs } = await this.settings();
    const config = configs.find(({ provider }) => provider === name);
    if (config !== undefined) return config;
    const known = configs.map(({ provider }) => provider).join(", ") || "none";
    throw new UsageError(
      `Provider "${name}" is not set up (set up: ${known}). Run: rak-oauth connect ${name} --client-id …, with --issuer unless it has a preset, or set RAK_OAUTH_PROVIDERS_FILE.`,
    );
  }
}
