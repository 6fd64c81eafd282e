import type { OAuth2Config } from "@rak-oauth/core";
import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import { readBody, readHeaders } from "../read-request.js";
import { watchTokens } from "../redact-answer.js";
import { toOneLine } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import { withTokenManager } from "../with-token-manager.js";

interface CallOptions {
  readonly provider?: string | undefined;
  readonly method?: string | undefined;
  readonly data?: string | undefined;
  readonly header: readonly string[];
}

/** Adds `call`, which calls an API as a user. */
export const addCall: AddCommand = (program, bind) => {
  program
    .command("call")
    .description("call an API as a user; the token goes to the provider's own origins alone")
    .argument("<url>", "https address of the API")
    .option("--provider <name>", "whose token to use (default: that whose API it is)")
    .option("-X, --method <method>", "HTTP method (default: GET, or POST with --data)")
    .option("-d, --data <json>", "JSON body; @file reads it from a file, - from standard input")
    .option(
      "-H, --header <line>",
      'a header, such as "Accept: text/csv"; may be repeated',
      collect,
      [],
    )
    .addHelpText(
      "after",
      `
The body of the answer goes to standard output, its status to standard error.

Examples:
  rak-oauth call https://www.googleapis.com/calendar/v3/users/me/calendarList
  rak-oauth call https://api.github.com/user/repos -d '{"name":"notes","private":true}'
  rak-oauth call https://graph.microsoft.com/v1.0/me --json | jq .body.displayName`,
    )
    .action(bind(call));
};

async function call(context: CommandContext, options: CallOptions, url: string): Promise<number> {
  const { terminal, subject, signal } = context;
  if (!URL.canParse(url)) {
    throw new UsageError(`"${url}" is no address. Give one such as https://api.example.com/items.`);
  }
  const config = await chooseProvider(context, new URL(url), options.provider);
  const body = await readBody(options.data, context.process);
  const headers = readHeaders(options.header, body !== undefined);
  const method = (options.method ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  const { createAuthorizedFetch } = await import("@rak-oauth/rest-tool-adapter");
  return withTokenManager(context, config, async (manager) => {
    const { source, redact } = watchTokens(manager.forUser(subject));
    const send = createAuthorizedFetch(source, {
      origins: config.apiOrigins,
      allowInsecureLoopback: config.allowInsecureLoopback,
    });
    const response = await send(url, { method, headers, body: body ?? null, signal });
    const { ok, status, statusText } = response;
    const bytes = redact(Buffer.from(await response.arrayBuffer()));
    if (terminal.isJson) {
      const shown = redact(Buffer.from(JSON.stringify(headersOf(response)))).toString();
      terminal.answer({
        text: "",
        json: { status, headers: JSON.parse(shown), body: readAnswer(response, bytes.toString()) },
      });
    } else {
      terminal.tell(`${status} ${toOneLine(statusText)}`.trim());
      terminal.pass(bytes);
    }
    return ok ? exitCodes.ok : exitCodes.refusedByApi;
  });
}

/**
 * The provider whose API this is.
 *
 * @throws UsageError when there is none or more than one, or the named one is not.
 */
async function chooseProvider(
  context: CommandContext,
  { origin }: URL,
  name: string | undefined,
): Promise<OAuth2Config> {
  const { configs } = await context.settings();
  const candidates = name === undefined ? configs : [await context.findProvider(name)];
  const [config, other] = candidates.filter(({ apiOrigins }) => apiOrigins.includes(origin));
  if (other !== undefined) {
    throw new UsageError(
      `Tokens of ${config?.provider} and of ${other.provider} may go to ${origin}. Choose one with --provider.`,
    );
  }
  if (config !== undefined) return config;
  const known = candidates.map(
    ({ provider, apiOrigins }) => `${provider}: ${apiOrigins.join(" ") || "none"}`,
  );
  throw new UsageError(
    `No token may go to ${origin} (${known.join("; ") || "no provider is set up"}). If it is a provider's own API, give the origin to rak-oauth connect as --api-origins, or as apiOrigins in the providers' file.`,
  );
}

function headersOf({ headers }: Response): Readonly<Record<string, string>> {
  // Cookies would sign in whoever has them.
  return Object.fromEntries([...headers].filter(([name]) => name !== "set-cookie"));
}

function readAnswer({ headers }: Response, text: string): unknown {
  if (!/[/+]json\b/.test(headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function collect(line: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, line];
}
