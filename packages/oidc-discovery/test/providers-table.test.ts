import { expect, it } from "vitest";
import type { ProviderPreset } from "../src/index.js";
import * as discovery from "../src/index.js";

const presets = Object.entries(discovery)
  .filter(([name]) => name.endsWith("Preset") && name !== "fromPreset")
  .map(([, preset]) => preset as ProviderPreset)
  .sort((one, other) => one.displayName.localeCompare(other.displayName, "en"));

const columns: readonly [string, (preset: ProviderPreset) => string][] = [
  ["provider", ({ displayName, docsUrl }) => `[${displayName}](${docsUrl})`],
  ["function", ({ provider, variables }) => callOf(provider, Object.keys(variables ?? {}))],
  ["client with a secret", ({ clientAuthentication }) => `\`${clientAuthentication}\``],
  ["PKCE", ({ usePkce = true }) => (usePkce ? "yes" : "no")],
  ["scopes between", ({ quirks }) => (quirks?.scopeSeparator === "," ? "commas" : "spaces")],
  ["asks with", ({ quirks, offlineScopes }) => asksWith(quirks, offlineScopes)],
  ["refresh tokens", (preset) => refreshTokensOf(preset)],
  ["unused they live", ({ quirks }) => duration(quirks?.refreshTokenIdleSeconds)],
  ["revocation", ({ revocationUrl, quirks }) => revocationOf(revocationUrl, quirks)],
  ["account", ({ userinfoUrl, issuer }) => accountOf(userinfoUrl, issuer)],
  ["checked on", ({ checkedOn }) => checkedOn],
];

const intro = `# Providers

Made from the presets of \`@rak-oauth/oidc-discovery\` by \`pnpm docs:providers\`; do not edit it.

Where the account is named, it is by an ID token or by a request for the user's profile. Revocation is
RFC 7009's, or the provider's own request; without either, disconnecting deletes the local credential
only.
`;

it("docs/providers.md says what the presets hold; pnpm docs:providers writes it", async () => {
  const rows = [
    columns.map(([title]) => title),
    ...presets.map((preset) => columns.map(([, cell]) => cell(preset))),
  ];
  const widths = columns.map((_column, index) =>
    Math.max(...rows.map((cells) => cells[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0, fill)).join(" | ")} |`;
  const [titles = [], ...providers] = rows.map((cells) => line(cells));
  const rule = line(
    columns.map(() => ""),
    "-",
  );
  const text = `${intro}\n${[titles, rule, ...providers].join("\n")}\n`;
  await expect(text).toMatchFileSnapshot("../../../docs/providers.md");
});

function callOf(provider: string, variables: readonly string[]): string {
  return variables.length === 0
    ? `\`${toName(provider)}()\``
    : `\`${toName(provider)}({ ${variables.join(", ")} })\``;
}

function toName(provider: string): string {
  return provider.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}

function asksWith(quirks: ProviderPreset["quirks"], scopes: readonly string[] = []): string {
  const parameters = Object.entries(quirks?.authorizationParameters ?? {});
  const parts = [...scopes, ...parameters.map(([name, value]) => `${name}=${value}`)];
  return parts.map((part) => `\`${part}\``).join(" ") || "–";
}

function refreshTokensOf({ refreshTokens, quirks }: ProviderPreset): string {
  const window = quirks?.refreshReuseWindowSeconds;
  if (quirks?.accessTokenExchange !== undefined) return "none; a living token is exchanged";
  return window === undefined
    ? refreshTokens
    : `${refreshTokens}, reusable for ${duration(window)}`;
}

function revocationOf(url: string | undefined, quirks: ProviderPreset["quirks"]): string {
  if (url === undefined) return "–";
  const { tokenType, ...dialect } = quirks?.revocationRequest ?? {};
  const kind = Object.keys(dialect).length === 0 ? "RFC 7009" : "its own";
  return tokenType === undefined ? kind : `${kind}, ${tokenType.replace("_", " ")}s`;
}

function accountOf(userinfoUrl: string | undefined, issuer: string | undefined): string {
  if (userinfoUrl !== undefined) return issuer === undefined ? "profile" : "ID token, profile";
  return issuer === undefined ? "–" : "ID token";
}

function duration(seconds: number | undefined): string {
  if (seconds === undefined) return "–";
  const units = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
    [1, "second"],
  ] as const;
  const [size, unit] = units.find(([each]) => seconds % each === 0) ?? [1, "second"];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
