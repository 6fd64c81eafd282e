#!/usr/bin/env node
import { runProgram } from "./run-program.js";

// Whoever reads our output may have had enough of it, as `head` has.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const interruption = new AbortController();
// Once: a second Ctrl-C ends at once.
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());

process.exitCode = await runProgram({ process, signal: interruption.signal });
