/** `invoicegraph directory import`: puts a file of customers into the customers' database. */
import { readFile } from "node:fs/promises";
import { readCustomersFile } from "../config/load.ts";
import { ConfigError } from "../config/mistake.ts";
import { importCustomers, type ImportReport } from "../directory/postgres/import.ts";
import { type Command, readArguments } from "./command.ts";
import { mustFindDatabase } from "./find-config.ts";
import { exitCodes, UsageMistake } from "./mistake.ts";

const options = {
  config: { type: "string" },
  "dry-run": { type: "boolean" },
  prune: { type: "boolean" },
} as const;

export const directory: Command = {
  name: "directory",
  summary: "put a file of customers into the customers' database",
  help: `Usage: invoicegraph directory import FILE [--config FILE] [--dry-run] [--prune]

Reads FILE (YAML, or JSON where its name ends in .json) as a directory file is read, with the same checks, and puts
its customers into the PostgreSQL database that directory.postgres names: all of them or, when anything is wrong,
none. Customers that are there already get the name, parent and accounts of the file. Doing it twice changes nothing.
Services that are running see the change at once.

  --config FILE   the configuration; default: INVOICEGRAPH_CONFIG, else invoicegraph.yaml
  --dry-run       change nothing, and say what would change
  --prune         remove customers that FILE does not have; otherwise they stay

Examples:
  invoicegraph migrate && invoicegraph directory import customers.yaml
  invoicegraph directory import customers.json --prune --dry-run
`,
  async run(args, { env, out }) {
    const { values, positionals } = readArguments("directory", args, options, 2);
    const [action, file] = positionals;
    if (action !== "import" || file === undefined)
      throw new UsageMistake("Write invoicegraph directory import FILE; see invoicegraph directory --help.");
    const { postgres, sources } = await mustFindDatabase(values.config, env);
    const bytes = await readFile(file).catch(() => {
      throw new UsageMistake(`${file} cannot be read; name a file of customers.`);
    });
    const kindOf = new Map(sources.map(({ id, kind }) => [id, kind]));
    const read = readCustomersFile(bytes, file, kindOf);
    if ("mistakes" in read) throw new ConfigError(file, read.mistakes);
    const { prune = false, "dry-run": dryRun = false } = values;
    const report = await importCustomers(postgres, read.customers, { prune, dryRun });
    out(textOf(report, prune, dryRun));
    return exitCodes.success;
  },
};

const shownAtMost = 10;

function textOf(
  { added, changed, missing, unchanged }: ImportReport,
  prune: boolean,
  dryRun: boolean,
): string {
  const lines = [
    lineOf(dryRun ? "To be added" : "Added", added),
    lineOf(dryRun ? "To be changed" : "Changed", changed),
    prune
      ? lineOf(dryRun ? "To be removed" : "Removed", missing)
      : lineOf("Not in the file, and left alone (--prune removes them)", missing),
    `Unchanged: ${unchanged}`,
    ...(dryRun ? ["Nothing was changed: this was a dry run."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function lineOf(label: string, keys: readonly string[]): string {
  if (keys.length === 0) return `${label}: 0`;
  const more = keys.length > shownAtMost ? `, … and ${keys.length - shownAtMost} more` : "";
  return `${label}: ${keys.length} (${keys.slice(0, shownAtMost).join(", ")}${more})`;
}
