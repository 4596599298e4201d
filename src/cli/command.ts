/** What a command of the command line is, and how its arguments are read. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { suggestion } from "../config/closest.ts";
import type { Environment } from "../config/variables.ts";
import { UsageMistake } from "./mistake.ts";

/** What a command may touch of the process. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly isTTY: boolean;
  out(text: string): void;
  err(text: string): void;
}

/** One command of the command line: its name, its options and what it does. */
export interface Command {
  readonly name: string;
  /** A few words for the list of commands. */
  readonly summary: string;
  /** Usage, options and examples, as `--help` prints them. */
  readonly help: string;
  /** Does it; the exit code, which a command that goes on serving gives as soon as it serves. Throws a sentence. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The options and up to `most` other arguments of a command. Throws a UsageMistake that names the right ones. */
export function readArguments<Named extends Options>(
  command: string,
  args: readonly string[],
  options: Named,
  most = 0,
) {
  const named = Object.keys(options).map((name) => `--${name}`);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length > most)
      throw new UsageMistake(
        `invoicegraph ${command} does not take "${positionals[most]}"; see invoicegraph ${command} --help.`,
      );
    return { values, positionals };
  } catch (thrown) {
    throw toUsageMistake(thrown, command, named);
  }
}

function toUsageMistake(thrown: unknown, command: string, named: readonly string[]): unknown {
  if (!(thrown instanceof Error) || !("code" in thrown)) return thrown;
  const help = `invoicegraph ${command} --help`;
  const [option = ""] = /-{1,2}[\w-]+/.exec(thrown.message) ?? [];
  if (thrown.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const known = suggestion(option, named);
    return new UsageMistake(`invoicegraph ${command} has no option ${option}; ${known} See ${help}.`);
  }
  if (thrown.code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE")
    return new UsageMistake(
      `${option} is used wrongly: ${thrown.message.split("\n")[0]?.replace(/\.$/, "")}. See ${help}.`,
    );
  return thrown;
}
