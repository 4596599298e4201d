#!/usr/bin/env node
/** The program `invoicegraph`. */
import { endWith } from "./mistake.ts";
import { runCommandLine } from "./run.ts";

const { argv, env, stdin, stdout, stderr } = process;

// Whoever reads our output may have read enough, as `head` does.
stdout.on("error", () => process.exit());
endWith(
  await runCommandLine(argv.slice(2), {
    env,
    stdin,
    isTTY: stdin.isTTY,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  }),
);
