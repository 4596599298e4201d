/** A command line for tests: runs a command in this process and tells what it printed. */
import { runCommandLine } from "../../src/cli/run.ts";

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `invoicegraph` with these words. */
export async function invoicegraph(
  words: readonly string[],
  { env = {}, stdin = "" }: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Printed> {
  let out = "";
  let err = "";
  const code = await runCommandLine(words, {
    env,
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    isTTY: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
