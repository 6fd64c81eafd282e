import type { OAuth2Config, OAuth2Credentials } from "@rak-oauth/core";
import type { DeviceAuthorization } from "@rak-oauth/token-manager";
import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import type { RegistrationOptions } from "../new-provider.js";
import type { OpenCredentials } from "../open-stores.js";
import { describeToken, shownExpiry } from "../shown-token.js";
import { type Terminal, toOneLine } from "../terminal.js";
import { UsageError } from "../usage-error.js";

interface ConnectOptions extends RegistrationOptions {
  readonly device?: boolean | undefined;
  /** False with `--no-browser`. */
  readonly browser: boolean;
  readonly port?: number | undefined;
  readonly timeout: number;
}

/** Adds `connect`, which signs a user in at a provider and stores the credential. */
export const addConnect: AddCommand = (program, bind) => {
  program
    .command("connect")
    .description("sign in at a provider in the browser, and keep the credential")
    .argument("<provider>", "google, github, microsoft, slack, …, or a name of your choice")
    .option("--device", "show a code to type in a browser elsewhere, where there is none here")
    .option("--no-browser", "print the address and open no browser")
    .option("--client-id <id>", "the client to use; remembered for the next time")
    .option("--client-secret-file <path>", "file with the client's secret; its path is remembered")
    .option("--issuer <url>", "the server, for a provider without a preset")
    .option(
      "--with <name=value>",
      "what a preset needs beside, such as shop=corner-shop; may be repeated",
      toMembers,
    )
    .option("--scopes <list>", "what to ask for, separated by spaces or commas", toList)
    .option(
      "--api-origins <list>",
      "origins that may get the token, such as https://api.example.com",
      toList,
    )
    .option(
      "--port <number>",
      "port the browser comes back to, for providers that want one",
      toPort,
    )
    .option("--timeout <seconds>", "how long to wait for the user", toSeconds, 300)
    .option("--allow-insecure-loopback", "accept a server at plain http on this machine")
    .addHelpText(
      "after",
      `
Register http://127.0.0.1/callback as the redirect URI, for a desktop or native application.

Examples:
  rak-oauth connect google --client-id 123.apps.googleusercontent.com --client-secret-file ./secret \\
    --scopes "openid email https://www.googleapis.com/auth/calendar.readonly"
  rak-oauth connect github --client-id Iv1.0123 --device
  rak-oauth connect example --issuer https://login.example.com --client-id cli \\
    --api-origins https://api.example.com
  rak-oauth connect shopify --client-id 0123 --client-secret-file ./secret --with shop=corner-shop
  rak-oauth connect google                # again, or as the environment says`,
    )
    .action(bind(connect));
};

async function connect(
  context: CommandContext,
  options: ConnectOptions,
  provider: string,
): Promise<number> {
  const { terminal } = context;
  const { clientId, clientSecretFile, issuer } = options;
  if (clientId === undefined && (issuer ?? clientSecretFile) !== undefined) {
    throw new UsageError("--issuer and --client-secret-file need --client-id. Give that too.");
  }
  const { createNewProvider } = await import("../new-provider.js");
  const added =
    clientId === undefined ? undefined : await createNewProvider(context, provider, options);
  const config = added?.config ?? (await context.findProvider(provider));
  const granted = await context.withCredentials((open) =>
    authorize(context, config, options, open),
  );
  if (added !== undefined) {
    const { folder } = await context.settings();
    const { rememberProvider } = await import("../remember-provider.js");
    await rememberProvider({ folder, ...added });
  }
  const { account, accessToken, refreshToken } = granted;
  const name = account?.email ?? account?.name ?? account?.subject;
  const as = name === undefined ? "" : ` as ${toOneLine(name)}`;
  const { displayName } = config;
  terminal.answer({
    text: `${terminal.colors.green("✓")} ${displayName} is connected${as}. The token expires: ${shownExpiry(accessToken.expiresAt)}.`,
    json: {
      provider,
      userId: context.subject.userId,
      account: account ?? null,
      ...describeToken(accessToken),
      hasRefreshToken: refreshToken !== undefined,
    },
  });
  if (refreshToken === undefined && accessToken.expiresAt !== undefined) {
    terminal.warn(
      `${displayName} gave no refresh token, so the user has to connect again when the token expires. Ask for the scope offline_access, if it knows that.`,
    );
  }
  return exitCodes.ok;
}

async function authorize(
  context: CommandContext,
  config: OAuth2Config,
  options: ConnectOptions,
  { credentials }: OpenCredentials,
): Promise<OAuth2Credentials> {
  const { terminal, subject, signal } = context;
  const [{ authorizeWithLoopback }, { authorizeDevice, TokenEndpoint }] = await Promise.all([
    import("@rak-oauth/auth-code-flow"),
    import("@rak-oauth/token-manager"),
  ]);
  const endpoint = new TokenEndpoint({ config });
  const { scopes, port, timeout, browser } = options;
  const shared = { endpoint, credentials, subject, signal, scopes };
  if (options.device === true) {
    return authorizeDevice({ ...shared, onUserCode: (device) => showUserCode(terminal, device) });
  }
  return authorizeWithLoopback({
    ...shared,
    port,
    timeoutMs: timeout * 1000,
    openBrowser: browser,
    onUrl: (url) =>
      terminal.tell(
        `${browser ? "If no browser opens, open" : "Open"} this address on this machine:\n${url}`,
      ),
  });
}

function showUserCode(terminal: Terminal, device: DeviceAuthorization): void {
  const { userCode, verificationUri, expiresAt } = device;
  terminal.tell(`Open ${toOneLine(verificationUri)} on any device and type the code there:`);
  terminal.tell(`  ${toOneLine(userCode)}`);
  terminal.tell(`Waiting until ${expiresAt.toLocaleTimeString()} …`);
}

function toList(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function toMembers(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { ...earlier, [name]: value };
  throw new UsageError(`--with is "${text}" and must be of the form shop=corner-shop.`);
}

function toPort(text: string): number {
  return toNumber("--port", text, 65_535);
}

function toSeconds(text: string): number {
  return toNumber("--timeout", text, 86_400);
}

function toNumber(option: string, text: string, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= maximum) return value;
  throw new UsageError(`${option} is "${text}" and must be a whole number from 1 to ${maximum}.`);
}
