import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { type TokenEvent, TokenManager } from "@rak-oauth/token-manager";
import type { Logger } from "pino";
import { revocationInLog } from "./revocation-in-log.js";

/** One {@link TokenManager} a provider, for all of this process. */
export interface TokenManagers {
  readonly byProvider: ReadonlyMap<string, TokenManager>;
  /** Waits for refreshes on their way, and stops sweeping. */
  close(): Promise<void>;
}

/** What {@link startTokenManagers} needs. */
export interface StartTokenManagersOptions {
  readonly configs: readonly OAuth2Config[];
  readonly credentials: CredentialService;
  readonly logger: Logger;
}

const warnings: ReadonlySet<TokenEvent["type"]> = new Set<TokenEvent["type"]>([
  "refresh_failed",
  "reauthorization_required",
  "write_delayed",
  "sweep_failed",
]);

function inLog(event: TokenEvent): object {
  if (event.type !== "revoked") return event;
  const { type, key } = event;
  return { type, key, revocation: revocationInLog(event) };
}

/** Makes the managers and lets them sweep: finish what dead processes began, keep idle grants alive. */
export function startTokenManagers(options: StartTokenManagersOptions): TokenManagers {
  const { configs, credentials, logger } = options;
  const onEvent = (event: TokenEvent) => {
    logger[warnings.has(event.type) ? "warn" : "info"]({ event: inLog(event) }, "token");
  };
  const byProvider = new Map(
    configs.map((config) => [config.provider, new TokenManager({ config, credentials, onEvent })]),
  );
  for (const manager of byProvider.values()) manager.startSweeping();
  return {
    byProvider,
    async close() {
      await Promise.all([...byProvider.values()].map((manager) => manager.close()));
    },
  };
}
