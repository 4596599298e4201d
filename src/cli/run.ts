/** The command line: finds the command, teaches, and turns what goes wrong into a sentence and an exit code. */
import { readFileSync } from "node:fs";
import { suggestion } from "../config/closest.ts";
import type { Command, Terminal } from "./command.ts";
import { directory } from "./directory.ts";
import { doctor } from "./doctor.ts";
import { exitCodes, sayFailure, UsageMistake } from "./mistake.ts";
import { migrate } from "./migrate.ts";
import { query } from "./query.ts";
import { schema } from "./schema.ts";
import { sandbox, serve } from "./serve.ts";

const commands: readonly Command[] = [serve, sandbox, doctor, query, schema, migrate, directory];

/** Runs a command line without its first word; the exit code. Never throws. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const [name, ...args] = words;
    if (name === "--version" || name === "-v") return print(`${version()}\n`, terminal);
    if (name === undefined || isHelp(name)) return print(overview(), terminal);
    const isQuestion = name === "help";
    const command = commandOf(isQuestion ? args[0] : name);
    if (isQuestion || args.some(isHelp)) return print(command?.help ?? overview(), terminal);
    if (command === null) return print(overview(), terminal);
    return await command.run(args, terminal);
  } catch (thrown) {
    return sayFailure(thrown, terminal.err);
  }
}

function commandOf(name: string | undefined): Command | null {
  if (name === undefined) return null;
  const command = commands.find((each) => each.name === name);
  if (command !== undefined) return command;
  const names = commands.map((each) => each.name);
  throw new UsageMistake(
    `There is no command "${name}"; ${suggestion(name, names)} See invoicegraph --help.`,
  );
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function print(text: string, { out }: Terminal): number {
  out(text);
  return exitCodes.success;
}

/** The package's version. */
function version(): string {
  // Two folders up in src and in dist alike.
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return `InvoiceGraph ${version()}: one GraphQL API over the invoice APIs that a company already has.

Usage: invoicegraph COMMAND [OPTIONS]

${commands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`).join("\n")}

  invoicegraph COMMAND --help    its options, with examples
  invoicegraph --version

To begin with:
  invoicegraph sandbox                                 # try it: nothing to configure
  echo '{ viewer { role } }' | invoicegraph query --sandbox
  cp invoicegraph.example.yaml invoicegraph.yaml       # then your own upstreams
  invoicegraph doctor && invoicegraph serve

Exit codes: 0 all is well, 1 what was asked for failed, 2 the command was not understood.
`;
}
