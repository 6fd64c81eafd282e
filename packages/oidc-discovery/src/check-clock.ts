import type { DatedAnswer, Finding } from "./diagnose.js";

/** Above this, signed assertions and ID tokens begin to be refused, in milliseconds. */
const toleratedMs = 60_000;

/** Compares this machine's clock with the `Date` of an answer, which has whole seconds. */
export function checkClock(answers: readonly DatedAnswer[]): readonly Finding[] {
  const answer = answers.at(-1);
  if (answer === undefined) return [];
  const { host, theirs, ours } = answer;
  const seconds = Math.round((ours - theirs) / 1000);
  const check = "clock";
  if (Math.abs(ours - theirs) <= toleratedMs) {
    return [{ level: "ok", check, message: `This machine's clock agrees with that of ${host}.` }];
  }
  const how = `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"}`;
  return [
    {
      level: "error",
      check,
      message: `This machine's clock is ${how} that of ${host}. Signed assertions and ID tokens will be refused. Set it by NTP.`,
    },
  ];
}
