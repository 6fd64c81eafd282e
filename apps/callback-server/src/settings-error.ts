import type { SettingFault } from "@rak-oauth/environment";

/** The settings cannot work; the message holds every fault, one a line. */
export class SettingsError extends Error {
  override readonly name: string = "SettingsError";
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const count = faults.length === 1 ? "1 setting is" : `${faults.length} settings are`;
    const lines = faults.map(({ name, problem }) => `  ${name} ${problem}`);
    super(`The callback server cannot start, because ${count} wrong:\n${lines.join("\n")}`);
    this.faults = faults;
  }
}
