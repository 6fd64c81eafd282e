import { isOAuth2Error, OAuth2Error, StoreUnavailableError } from "@rak-oauth/core";

/** What a database error says of itself, whichever library wrapped it. */
interface DatabaseFailure {
  /** SQLSTATE, or the code of a socket error. */
  readonly code: string | undefined;
  /** Kind given by one of Prisma's driver adapters. */
  readonly kind: string | undefined;
  readonly message: string;
}

const migrate =
  "Run `npx rak-oauth-migrate`, or copy the models of this package's prisma/schema.prisma into your schema and migrate it";

/** What is wrong and how to mend it, by SQLSTATE. */
const misconfigurations: Readonly<Record<string, string>> = {
  "42P01": `A table is missing. ${migrate}; if the tables are in another schema, put it on the connection's search_path.`,
  "42703": `A column is missing: the tables belong to another version of this package. ${migrate}, or install the version of the package that made them.`,
  "25006":
    "The database is read-only, a standby perhaps. Let the connection string name the primary.",
  "28P01":
    "The database refuses user or password. Check both in the connection string (DATABASE_URL).",
  "28000":
    "The database refuses this user. Check the connection string and the server's pg_hba.conf.",
  "3D000": "The database does not exist. Create it, or mend its name in the connection string.",
  "3F000": "The schema does not exist. Create it, or mend the connection's search_path.",
  "42501":
    "The database user lacks permissions. Grant it SELECT, INSERT, UPDATE and DELETE on the rak_oauth tables.",
};

/** SQLSTATE classes of statements that can never succeed: the schema is not what we expect. */
const schemaClasses: ReadonlySet<string> = new Set(["22", "23", "42"]);

/**
 * Turns whatever a driver, an adapter or a `PrismaClient` threw into one of our errors. The original
 * is left out on purpose: it may carry bound values or a connection string.
 */
export function toStoreError(error: unknown): OAuth2Error {
  if (isOAuth2Error(error)) return error;
  const failure = failureOf(error);
  const { code, kind, message } = failure;
  const said = `The reason given: ${message}${code === undefined ? "" : ` (${code})`}`;
  const mend = code === undefined ? undefined : misconfigurations[code];
  if (mend !== undefined) return new OAuth2Error("store_misconfigured", `${mend} ${said}`);
  if (kind === "TlsConnectionError" || isTlsFailure(failure)) {
    return new OAuth2Error(
      "store_misconfigured",
      `No secure connection to the database. Check sslmode and certificates in the connection string. ${said}`,
    );
  }
  if (code !== undefined && code.length === 5 && schemaClasses.has(code.slice(0, 2))) {
    return new OAuth2Error(
      "store_misconfigured",
      `The tables are not as this version of the package expects them. ${migrate}. ${said}`,
    );
  }
  return new StoreUnavailableError(
    `The database cannot be used at the moment; the same call may succeed later. ${said}`,
  );
}

/** What Prisma's adapter calls a TLS error, as `pg` says it; the codes are OpenSSL's. */
function isTlsFailure({ code, message }: DatabaseFailure): boolean {
  return (
    message.includes("does not support SSL") ||
    /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH)/.test(
      code ?? "",
    )
  );
}

/** Finds the database's own words: at the bottom of whatever wraps them. */
function failureOf(error: unknown): DatabaseFailure {
  const layers = layersOf(error);
  const first = <T>(pick: (layer: ErrorLayer) => T | undefined): T | undefined => {
    for (const layer of layers) {
      const value = pick(layer);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const kind = first((layer) => text(layer["kind"]));
  return {
    code: first((layer) => text(layer["originalCode"])) ?? first((layer) => databaseCode(layer)),
    kind,
    message: oneLine(
      first((layer) => text(layer["originalMessage"])) ??
        (kind === undefined ? undefined : describeKind(kind, layers)) ??
        first((layer) => text(layer["message"])) ??
        "nothing",
    ),
  };
}

type ErrorLayer = Readonly<Record<string, unknown>>;

/** The error and what it wraps, innermost first. */
function layersOf(error: unknown): ErrorLayer[] {
  const layers: ErrorLayer[] = [];
  let current = error;
  while (typeof current === "object" && current !== null && layers.length < 8) {
    const layer = current as ErrorLayer;
    layers.unshift(layer);
    const meta = layer["meta"] as ErrorLayer | undefined;
    const errors = layer["errors"];
    current =
      meta?.["driverAdapterError"] ??
      layer["cause"] ??
      (Array.isArray(errors) ? errors[0] : undefined);
  }
  return layers;
}

/** Prisma's own codes (P2010) say less than the database's. */
function databaseCode(layer: ErrorLayer): string | undefined {
  const code = text(layer["code"]);
  return code === undefined || /^P\d{4}$/.test(code) ? undefined : code;
}

/** Prisma's adapters give some errors a kind in place of words. */
function describeKind(kind: string, layers: readonly ErrorLayer[]): string {
  const layer = layers.find((each) => each["kind"] === kind);
  const words = kind.replaceAll(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const host = text(layer?.["host"]);
  return host === undefined ? words : `${words}: ${host}:${String(layer?.["port"])}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}
