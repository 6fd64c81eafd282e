import { ConfigurationError } from "@rak-oauth/core";
import { allOf } from "../all-of.js";
import type { CredentialCarrier, ToolAuth } from "../tool-auth.js";
import {
  documentFault,
  isJsonObject,
  type JsonObject,
  type Located,
  memberPointer,
  quoted,
} from "./json-pointer.js";
import { OncePer } from "./once-per.js";
import type { OpenApiDocument } from "./open-api-document.js";
import { type Operation, textsIn } from "./read-operations.js";

/**
 * Authorization for one security scheme: fixed, or made for the scopes an operation asks for, as in
 * `(scopes) => oauth2({ tokens, authorization, scopes })`.
 */
export type SchemeAuth = ToolAuth | ((scopes: readonly string[]) => ToolAuth);

/** Authorization that the developer gives. */
export interface AuthOptions {
  /** By name of the security scheme in the document. @defaultValue none */
  readonly auth?: Readonly<Record<string, SchemeAuth>> | undefined;
  /** For operations of which the document does not say how they are authorized. @defaultValue none */
  readonly defaultAuth?: SchemeAuth | undefined;
}

/** How one operation is authorized. */
export interface ChosenAuth {
  /** Absent where the operation is called without a credential. */
  readonly auth: ToolAuth | undefined;
  readonly scopes: readonly string[];
}

/** Security schemes by the scopes each is needed with. */
type Requirement = ReadonlyMap<string, readonly string[]>;

/** Of requirements, of schemes, and of scopes: more no document has that is meant to be read. */
const maximumListed = 200;

/** Chooses for each operation the first requirement that the given authorization satisfies. */
export class AuthChooser {
  readonly #document: OpenApiDocument;
  readonly #options: AuthOptions;
  readonly #schemes: ReadonlyMap<string, JsonObject>;
  /** One for each scheme and its scopes: what it learns holds for all its operations. */
  readonly #made = new Map<string, ToolAuth>();
  readonly #chosen = new OncePer<unknown, ChosenAuth>();

  /** @throws ConfigurationError when authorization is given for a scheme that the document lacks. */
  constructor(document: OpenApiDocument, options: AuthOptions) {
    this.#document = document;
    this.#options = options;
    this.#schemes = readSchemes(document);
    for (const name of Object.keys(options.auth ?? {})) {
      if (this.#schemes.has(name)) continue;
      const known = [...this.#schemes.keys()].map(quoted).join(", ");
      throw new ConfigurationError(
        `OpenApiToolset: auth has ${quoted(name)}, which is no security scheme of the document. ${known === "" ? "It has none: give the option defaultAuth." : `It has ${known}.`}`,
      );
    }
  }

  /** Headers, query parameters and cookies that the document's API keys travel in. */
  get keyCarriers(): readonly { readonly in: unknown; readonly name: unknown }[] {
    return [...this.#schemes.values()]
      .filter(({ type }) => type === "apiKey")
      .map((scheme) => ({ in: scheme["in"], name: scheme["name"] }));
  }

  /**
   * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
   * @throws ConfigurationError when no requirement can be satisfied.
   */
  choose({ operation }: Operation): ChosenAuth {
    const place = [operation, { value: this.#document.root, pointer: "#" }].find(
      ({ value }) => value["security"] !== undefined,
    );
    if (place === undefined) return { auth: this.#makeDefault(), scopes: [] };
    const security = {
      value: place.value["security"],
      pointer: memberPointer(place.pointer, "security"),
    };
    return this.#chosen.get(security.value, () => this.#chooseFrom(security, operation.pointer));
  }

  #chooseFrom(security: Located<unknown>, operationPointer: string): ChosenAuth {
    const requirements = readRequirements(security);
    const chosen = requirements.find(
      (requirement) => requirement.size > 0 && this.#isSatisfied(requirement),
    );
    if (chosen !== undefined) {
      return {
        auth: this.#make(chosen, security.pointer),
        scopes: [...new Set([...chosen.values()].flat())],
      };
    }
    // An empty requirement says that a credential is optional.
    if (requirements.length === 0 || requirements.some(({ size }) => size === 0)) {
      return { auth: undefined, scopes: [] };
    }
    const unknown = requirements
      .flatMap((requirement) => [...requirement.keys()])
      .find((name) => !this.#schemes.has(name));
    if (unknown !== undefined) {
      throw documentFault(
        operationPointer,
        `needs ${requirements.map(inWords).join(" or ")}, and the document does not say what ${quoted(unknown)} is. Add it to components.securitySchemes.`,
      );
    }
    const given = Object.keys(this.#options.auth ?? {})
      .map(quoted)
      .join(", ");
    throw documentFault(
      operationPointer,
      `needs ${requirements.map(inWords).join(" or ")}, and auth gives ${given || "nothing"}. Give what is missing in auth, or leave such operations out with unusable: "leave-out".`,
    );
  }

  #isSatisfied(requirement: Requirement): boolean {
    const { auth = {} } = this.#options;
    return [...requirement.keys()].every((name) => Object.hasOwn(auth, name));
  }

  #make(requirement: Requirement, pointer: string): ToolAuth | undefined {
    const [first, ...others] = [...requirement].map(([name, scopes]) =>
      this.#makeOne(name, scopes),
    );
    if (first === undefined || others.length === 0) return first;
    try {
      return allOf(first, ...others);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw documentFault(pointer, `${inWords(requirement)} cannot go together. ${error.message}`);
    }
  }

  #makeOne(name: string, scopes: readonly string[]): ToolAuth {
    const auth = this.#remember(name, this.#options.auth?.[name], scopes);
    const wanted = carrierOf(this.#schemes.get(name));
    const isThere = auth.carriers.some(
      (carrier) => wanted !== undefined && isSame(carrier, wanted),
    );
    if (wanted === undefined || isThere) return auth;
    const by = wanted.scheme === undefined ? "" : ` with the scheme ${quoted(wanted.scheme)}`;
    throw new ConfigurationError(
      `OpenApiToolset: auth[${quoted(name)}] does not send its credential as the document wants it, in the ${quoted(wanted.in)} ${quoted(wanted.name)}${by}. ${wanted.mend}`,
    );
  }

  #makeDefault(): ToolAuth | undefined {
    const { defaultAuth } = this.#options;
    return defaultAuth && this.#remember("", defaultAuth, []);
  }

  #remember(name: string, given: SchemeAuth | undefined, scopes: readonly string[]): ToolAuth {
    const key = JSON.stringify([name, scopes.toSorted()]);
    const auth = this.#made.get(key) ?? (typeof given === "function" ? given(scopes) : given);
    if (auth === undefined) {
      throw new ConfigurationError(
        `OpenApiToolset: auth[${quoted(name)}] is missing. Make it with apiKey, bearer, basic or oauth2.`,
      );
    }
    this.#made.set(key, auth);
    return auth;
  }
}

/** Where a document wants a credential, and what sends it there. */
interface WantedCarrier {
  readonly in: unknown;
  readonly name: unknown;
  /** By which it is sent there; absent where the document leaves it open. */
  readonly scheme?: CredentialCarrier["scheme"];
  readonly mend: string;
}

/** Where a scheme's credential travels; absent where it is no part of a request. */
function carrierOf(scheme: JsonObject | undefined): WantedCarrier | undefined {
  switch (scheme?.["type"]) {
    case "apiKey":
      return {
        in: scheme["in"],
        name: scheme["name"],
        mend: "Give apiKey({ in, name, value }) with these.",
      };
    case "http":
      return httpCarrier(scheme["scheme"]);
    case "oauth2":
    case "openIdConnect":
      return { in: "header", name: "Authorization", mend: "Give basic, bearer or oauth2." };
    default:
      return undefined;
  }
}

function httpCarrier(scheme: unknown): WantedCarrier {
  const place = { in: "header", name: "Authorization" };
  switch (typeof scheme === "string" ? scheme.toLowerCase() : undefined) {
    case "basic":
      return { ...place, scheme: "Basic", mend: "Give basic." };
    case "bearer":
      return { ...place, scheme: "Bearer", mend: "Give bearer or oauth2." };
    default:
      return { ...place, mend: "Give basic, bearer or oauth2." };
  }
}

function readSchemes(document: OpenApiDocument): ReadonlyMap<string, JsonObject> {
  const { components } = document.root;
  const schemes = isJsonObject(components) ? components["securitySchemes"] : undefined;
  if (!isJsonObject(schemes)) return new Map();
  const names = Object.keys(schemes);
  const pointer = "#/components/securitySchemes";
  refuseMany(pointer, names, "security schemes");
  return new Map(
    names.map((name) => {
      const place = { value: schemes[name], pointer: memberPointer(pointer, name) };
      return [name, document.resolve(place).value];
    }),
  );
}

function readRequirements({ value, pointer }: Located<unknown>): readonly Requirement[] {
  if (!Array.isArray(value) || !value.every(isJsonObject)) {
    throw documentFault(pointer, "must be a list of objects, each with names of security schemes.");
  }
  refuseMany(pointer, value, "requirements");
  return value.map((requirement, index) => {
    const place = memberPointer(pointer, index);
    const entries = Object.entries(requirement);
    refuseMany(place, entries, "security schemes");
    return new Map(
      entries.map(([name, given]) => {
        const scopes = textsIn(given);
        refuseMany(place, scopes, "scopes");
        return [name, scopes];
      }),
    );
  });
}

function refuseMany(pointer: string, list: readonly unknown[], things: string): void {
  if (list.length <= maximumListed) return;
  throw documentFault(pointer, `has more than ${maximumListed} ${things}. Split the document.`);
}

function inWords(requirement: Requirement): string {
  return [...requirement.keys()].map(quoted).join(" with ");
}

/** Only names of headers are the same in any case (RFC 9110 §5.1). */
function isSame(carrier: CredentialCarrier, wanted: WantedCarrier): boolean {
  if (carrier.in !== wanted.in || typeof wanted.name !== "string") return false;
  const hasName =
    carrier.in === "header"
      ? carrier.name.toLowerCase() === wanted.name.toLowerCase()
      : carrier.name === wanted.name;
  return hasName && (wanted.scheme ?? carrier.scheme) === (carrier.scheme ?? wanted.scheme);
}
