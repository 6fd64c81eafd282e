import { spawn } from "node:child_process";
import { join } from "node:path";
import { ConfigurationError } from "@rak-oauth/core";

/**
 * Asks the system to show an address in the user's browser. The command gets the address as an
 * argument of its own, never through a shell. That there is no browser is no error: nobody can tell.
 *
 * @throws ConfigurationError for anything but http and https, which could start other programs.
 */
export function openBrowser(address: string | URL): void {
  const { protocol, href } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") {
    throw new ConfigurationError(
      `A browser is opened for https and http only, and not for ${protocol} addresses.`,
    );
  }
  const [command, ...parameters] = commandOf(process.platform);
  const child = spawn(command, [...parameters, href], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

function commandOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === "darwin") return ["/usr/bin/open"];
  if (platform !== "win32") return ["xdg-open"];
  // By its full path, or Windows would prefer one in the current directory.
  const system = process.env["SystemRoot"] ?? "C:\\Windows";
  return [join(system, "System32", "rundll32.exe"), "url.dll,FileProtocolHandler"];
}
