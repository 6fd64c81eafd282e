import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";

/** Options of {@link singleConnection}. */
export interface SingleConnectionOptions {
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  /** What the factory gave. */
  readonly adapter: SqlDriverAdapter;
  /** Runs a script as one message, and so as one transaction. */
  readonly runScript: (script: string) => Promise<void>;
}

/**
 * Hands the engine the connection we have. Prisma's adapter for pg cuts scripts at every semicolon
 * and runs the pieces one by one, so that a process killed in between would leave half a migration;
 * the one for PGlite does not wait for the script, nor hear that it failed.
 */
export function singleConnection(
  options: SingleConnectionOptions,
): SqlMigrationAwareDriverAdapterFactory {
  const { factory, adapter, runScript } = options;
  const connected: SqlDriverAdapter = {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) => adapter.queryRaw(query),
    executeRaw: (query) => adapter.executeRaw(query),
    executeScript: async (script) => {
      try {
        await runScript(script);
      } catch (error) {
        throw toAdapterError(error);
      }
    },
    startTransaction: (isolationLevel) => adapter.startTransaction(isolationLevel),
    ...(adapter.getConnectionInfo && {
      getConnectionInfo: adapter.getConnectionInfo.bind(adapter),
    }),
    dispose: async () => undefined,
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => connected,
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

/** The form in which the engine understands what a driver threw. */
function toAdapterError(error: unknown): DriverAdapterError {
  const { code, severity, message } = error as Readonly<Record<string, unknown>>;
  return new DriverAdapterError({
    kind: "postgres",
    code: String(code ?? "N/A"),
    severity: String(severity ?? "ERROR"),
    message: String(message),
    detail: undefined,
    column: undefined,
    hint: undefined,
  });
}
