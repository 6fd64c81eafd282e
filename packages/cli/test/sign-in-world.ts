import { type AuthorizationServer, signIn, startAuthorizationServer } from "@rak-oauth/test-kit";
import type { CommandHome, CommandResult } from "./command-process.js";

/** The client that commands use. */
const clientId = "cli";

/** A server with a public client that returns to loopback and may use codes. */
export function startServer(): Promise<AuthorizationServer> {
  return startAuthorizationServer({
    devicePollIntervalSeconds: 1,
    clients: [
      {
        clientId,
        authentication: "none",
        applicationType: "native",
        redirectUris: ["http://127.0.0.1/callback"],
        grantTypes: [
          "authorization_code",
          "refresh_token",
          "urn:ietf:params:oauth:grant-type:device_code",
        ],
      },
    ],
  });
}

/** How `connect` is told of the server for the first time. */
export function registration(issuer: string, ...apiOrigins: readonly string[]): readonly string[] {
  return [
    "--issuer",
    issuer,
    "--client-id",
    clientId,
    "--allow-insecure-loopback",
    "--scopes",
    "openid email offline_access calendar.read",
    ...(apiOrigins.length > 0 ? ["--api-origins", apiOrigins.join(",")] : []),
  ];
}

/** Connects alice at the provider `calendar`, without a browser of the command's own. */
export async function connect(
  home: CommandHome,
  words: readonly string[],
  options: {
    readonly decision?: "allow" | "deny" | undefined;
    readonly environment?: Readonly<Record<string, string>> | undefined;
  } = {},
): Promise<CommandResult> {
  const running = home.start(["connect", "calendar", "--no-browser", ...words], options);
  const url = await running.findIn("stderr", /http:\/\/\S+\/auth\?\S+/);
  await signIn({ url, user: "alice", decision: options.decision ?? "allow" });
  return running.result;
}
