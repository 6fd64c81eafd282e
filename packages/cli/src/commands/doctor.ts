import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import type { Finding } from "../finding.js";
import { type Terminal, toOneLine } from "../terminal.js";

interface DoctorOptions {
  readonly allowInsecureLoopback?: boolean | undefined;
}

/** Adds `doctor`, which looks for what is wrong. */
export const addDoctor: AddCommand = (program, bind) => {
  program
    .command("doctor")
    .description("look for what is wrong with settings, keys, store, clock and providers")
    .argument("[provider|issuer]", "one provider, or the https address of a server")
    .option("--allow-insecure-loopback", "accept an issuer at plain http on this machine")
    .addHelpText(
      "after",
      `
Nothing is changed, but the folder and the key of your own are made when absent. The exit code is 1 when
there is an error, 0 when there are warnings at most.

Examples:
  rak-oauth doctor
  rak-oauth doctor google
  rak-oauth doctor https://login.example.com --json`,
    )
    .action(bind(doctor));
};

async function doctor(
  context: CommandContext,
  options: DoctorOptions,
  target: string | undefined,
): Promise<number> {
  const findings = await examine(context, options, target);
  const { terminal } = context;
  const ok = findings.every(({ level }) => level !== "error");
  terminal.answer({
    text: findings.map((finding) => inOneLine(finding, terminal)).join("\n"),
    json: { ok, findings },
  });
  return ok ? exitCodes.ok : exitCodes.failed;
}

async function examine(
  context: CommandContext,
  { allowInsecureLoopback = false }: DoctorOptions,
  target: string | undefined,
): Promise<readonly Finding[]> {
  const [{ checkIssuer, checkProvider }, { checkSettings, checkStore }] = await Promise.all([
    import("../check-provider.js"),
    import("../check-setup.js"),
  ]);
  if (target !== undefined && URL.canParse(target)) {
    return checkIssuer(target, { allowInsecureLoopback });
  }
  const named = target === undefined ? undefined : await context.findProvider(target);
  const { settings, findings } = await checkSettings(context);
  if (settings === undefined) return findings;
  const all = [...findings, ...(await checkStore(context, settings))];
  for (const config of named === undefined ? settings.configs : [named]) {
    context.terminal.tell(`Asking ${config.displayName} …`);
    all.push(...(await checkProvider(config)));
  }
  return all;
}

function inOneLine({ level, check, provider, message }: Finding, { colors }: Terminal): string {
  const marks = { ok: colors.green("✓"), warning: colors.yellow("!"), error: colors.red("✗") };
  const about = provider === undefined ? check : `${provider}: ${check}`;
  return `${marks[level]} ${toOneLine(`${about}: ${message}`)}`;
}
