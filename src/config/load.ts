/** Reads the configuration file, and the directory file that it names. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { CustomerEntry } from "../directory/create.ts";
import { type KindOfSource, readCustomers } from "./customers.ts";
import { ConfigError, type Mistake, mistakeAt, type Origin, unknownOrigin } from "./mistake.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import { type Config, examine, type ReadOptions } from "./read.ts";
import { readYaml } from "./yaml.ts";

/** What production says when it is started without a configuration. */
export const noConfigSentence =
  "There is no configuration: copy invoicegraph.example.yaml to invoicegraph.yaml, fill it in, and start again with INVOICEGRAPH_CONFIG=invoicegraph.yaml.";

/** Reads `path` (YAML 1.2, of which JSON is a part). Throws a ConfigError that lists every mistake of both files. */
export async function loadConfig(
  path: string,
  options: Omit<ReadOptions, "baseDir" | "origin">,
): Promise<Config> {
  const text = await readText(path).catch((thrown: unknown) => {
    throw new ConfigError(path, [mistakeAt([], `cannot be read: ${reasonOf(thrown)}`)]);
  });
  const spoilt = spoiltIn(text);
  if (spoilt !== null) throw new ConfigError(path, [spoilt]);
  const reading = readYaml(text);
  if ("mistakes" in reading) throw new ConfigError(path, reading.mistakes);
  const baseDir = dirname(resolve(path));
  const examined = examine(reading.value, { ...options, baseDir, origin: reading.origin });
  const { directoryPath, kindOf } = examined;
  if (directoryPath === null) return orThrow(examined.config, examined.mistakes, path);

  const file = await readText(directoryPath).catch((thrown: unknown) => {
    const says = `names ${directoryPath}, which cannot be read: ${reasonOf(thrown)}`;
    return mistakeAt(["directory"], says, reading.origin);
  });
  if (typeof file !== "string") return orThrow(null, [...examined.mistakes, file], path);
  const read = readCustomersText(file, directoryPath, kindOf);
  const mistakes = [...examined.mistakes, ...("mistakes" in read ? read.mistakes : [])];
  const config = orThrow(examined.config, mistakes, path);
  if ("mistakes" in read) return orThrow(null, mistakes, path);
  const version = createHash("sha256").update(file).digest("hex");
  return { ...config, customers: read.customers, directory: { path: directoryPath, version } };
}

/** Reads the text of a customers' file: JSON where its name ends in .json, else YAML. No variables. */
export function readCustomersText(
  text: string,
  path: string,
  kindOf: KindOfSource,
): { readonly customers: readonly CustomerEntry[] } | { readonly mistakes: readonly Mistake[] } {
  const spoilt = spoiltIn(text);
  if (spoilt !== null) return { mistakes: [{ ...spoilt, file: basename(path) }] };
  const isJson = path.endsWith(".json");
  const plain = isJson ? null : readPlainYaml(text);
  if (plain !== null) {
    const { customers, mistakes } = readCustomers(plain.value, kindOf, [], unknownOrigin);
    // A list with mistakes is read again, to tell their lines.
    if (mistakes.length === 0) return { customers };
  }
  const reading = isJson ? readJson(text) : readYaml(text);
  const { customers, mistakes } =
    "mistakes" in reading
      ? { customers: [], mistakes: reading.mistakes }
      : readCustomers(reading.value, kindOf, [], reading.origin);
  if (mistakes.length === 0) return { customers };
  return { mistakes: mistakes.map((mistake) => ({ ...mistake, file: basename(path) })) };
}

function readJson(text: string): { value: unknown; origin: Origin } | { mistakes: readonly Mistake[] } {
  try {
    return { value: JSON.parse(text), origin: unknownOrigin };
  } catch {
    // The parser's place differs between versions of Node; YAML, of which JSON is a part, gives it in ours.
    const reading = readYaml(text);
    return "mistakes" in reading ? reading : { mistakes: [mistakeAt([], "is not JSON")] };
  }
}

// Whatever is not UTF-8 reads as U+FFFD: names in another encoding would be wrong, and nobody told.
function spoiltIn(text: string): Mistake | null {
  const at = text.indexOf("\uFFFD");
  if (at === -1) return null;
  const line = text.slice(0, at).split("\n").length;
  return { ...mistakeAt([], "holds a character that is not UTF-8: save it as UTF-8"), line };
}

function orThrow(config: Config | null, mistakes: readonly Mistake[], path: string): Config {
  if (config === null || mistakes.length > 0) throw new ConfigError(path, mistakes);
  return config;
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "this process may not read it";
  if (code === "EISDIR") return "it is a folder";
  return `the system says ${String(code)}`;
}
