#!/usr/bin/env node
/** The program `invoicegraph`. */
import { endWith, exitCodes } from "./mistake.ts";
import { runCommandLine } from "./run.ts";

const { argv, env, stdin, stdout, stderr } = process;

stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads our output may have read enough, as `head` does.
  if (error.code === "EPIPE") process.exit();
  stderr.write(`The output cannot be written (${error.code}): make room, or write it elsewhere.\n`);
  process.exit(exitCodes.failure);
});
// There is nowhere left to say it; the exit code tells.
stderr.on("error", () => {});
endWith(
  await runCommandLine(argv.slice(2), {
    env,
    stdin,
    isTTY: stdin.isTTY,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  }),
);
