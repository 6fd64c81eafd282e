/** Names and values of environment variables; a variable that is empty should be left out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting that cannot work. */
export interface SettingFault {
  /** The environment variable, or the file and the place in it. */
  readonly name: string;
  /** What is wrong and how to mend it, as the rest of a sentence that begins with the name. */
  readonly problem: string;
}
