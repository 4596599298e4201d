/** `invoicegraph doctor`: is everything that the configuration names there and well? */
import { loadConfig } from "../config/load.ts";
import { ConfigError, type Mistake } from "../config/mistake.ts";
import { examine } from "../doctor/examine.ts";
import { failure, type Finding, hasFailed } from "../doctor/finding.ts";
import { toTable } from "../doctor/table.ts";
import { startSandbox } from "../sandbox.ts";
import { sourceKinds } from "../sources/index.ts";
import { type Command, readArguments, type Terminal } from "./command.ts";
import { mustFindConfig } from "./find-config.ts";
import { exitCodes, UsageMistake } from "./mistake.ts";

const options = {
  config: { type: "string" },
  sandbox: { type: "boolean" },
  json: { type: "boolean" },
  accounts: { type: "string" },
  timeout: { type: "string" },
} as const;

export const doctor: Command = {
  name: "doctor",
  summary: "check the configuration and everything that it names",
  help: `Usage: invoicegraph doctor [--config FILE | --sandbox] [--accounts N] [--timeout S] [--json]

Reads the configuration, asks every source its cheapest question with its real credentials, compares clocks,
looks up linked accounts where a source can tell, writes and reads the file store, asks Redis and the token
issuer, and prints what it found with what to do. Nothing is changed. The exit code is 1 when anything fails;
warnings do not fail.

  --config FILE   the configuration; default: INVOICEGRAPH_CONFIG, else invoicegraph.yaml
  --sandbox       look at the sandbox, to see what a healthy answer is
  --accounts N    look up that many linked accounts in each source; default: 100
  --timeout S     wait for each source that many seconds; default: 20
  --json          print the findings as JSON

Examples:
  invoicegraph doctor
  invoicegraph doctor --config /etc/invoicegraph.yaml --accounts 1000
  invoicegraph doctor --json | jq '.[] | select(.status == "FAILURE")'
  invoicegraph doctor && invoicegraph serve        # in a container's start
`,
  async run(args, terminal) {
    const { values } = readArguments("doctor", args, options);
    if (values.sandbox === true && values.config !== undefined)
      throw new UsageMistake("Look at one thing: give --config or --sandbox, not both.");
    const limits = {
      accounts: numberOf(values.accounts ?? "100", "--accounts", 1_000_000),
      timeoutMs: numberOf(values.timeout ?? "20", "--timeout", 3_600) * 1_000,
      now: Date.now,
    };
    const findings =
      values.sandbox === true
        ? await examineSandbox(limits)
        : await examineFile(mustFindConfig(values.config, terminal.env), limits, terminal);
    terminal.out(values.json === true ? `${JSON.stringify(findings, null, 2)}\n` : toTable(findings));
    return hasFailed(findings) ? exitCodes.failure : exitCodes.success;
  },
};

type Limits = Parameters<typeof examine>[1];

async function examineSandbox(limits: Limits): Promise<readonly Finding[]> {
  const sandbox = await startSandbox();
  try {
    return await examine(sandbox.config, limits);
  } finally {
    await sandbox.simulators.close();
  }
}

async function examineFile(path: string, limits: Limits, { env }: Terminal): Promise<readonly Finding[]> {
  try {
    return await examine(await loadConfig(path, { kinds: sourceKinds, env }), limits);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.mistakes.map((mistake) => toFinding(mistake, path));
    throw thrown;
  }
}

function toFinding({ message, file, line }: Mistake, path: string): Finding {
  const place = line === undefined ? (file ?? path) : `line ${line} of ${file ?? path}`;
  return failure("configuration", message, `Correct ${place}; nothing else was looked at yet.`);
}

function numberOf(text: string, name: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new UsageMistake(`${name} must be a whole number from 1 to ${most}; it is "${text}".`);
  return number;
}
