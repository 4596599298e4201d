/** Reads the configuration file, and the directory file that it names. */
import { isUtf8 } from "node:buffer";
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
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw new ConfigError(path, [mistakeAt([], `cannot be read: ${reasonOf(thrown)}`)]);
  });
  const text = textOf(bytes);
  if (typeof text !== "string") throw new ConfigError(path, [text]);
  const reading = readYaml(text);
  if ("mistakes" in reading) throw new ConfigError(path, reading.mistakes);
  const baseDir = dirname(resolve(path));
  const examined = examine(reading.value, { ...options, baseDir, origin: reading.origin });
  const { directoryPath, kindOf } = examined;
  if (directoryPath === null) return orThrow(examined.config, examined.mistakes, path);

  const file = await readFile(directoryPath).catch((thrown: unknown) => {
    const says = `names ${directoryPath}, which cannot be read: ${reasonOf(thrown)}`;
    return mistakeAt(["directory"], says, reading.origin);
  });
  if (!Buffer.isBuffer(file)) return orThrow(null, [...examined.mistakes, file], path);
  const read = readCustomersFile(file, directoryPath, kindOf);
  const mistakes = [...examined.mistakes, ...("mistakes" in read ? read.mistakes : [])];
  const config = orThrow(examined.config, mistakes, path);
  if ("mistakes" in read) return orThrow(null, mistakes, path);
  const version = createHash("sha256").update(file).digest("hex");
  return { ...config, customers: read.customers, directory: { path: directoryPath, version } };
}

/** Reads the bytes of a customers' file: JSON where its name ends in .json, else YAML. No variables. */
export function readCustomersFile(
  bytes: Buffer,
  path: string,
  kindOf: KindOfSource,
): { readonly customers: readonly CustomerEntry[] } | { readonly mistakes: readonly Mistake[] } {
  const text = textOf(bytes);
  if (typeof text !== "string") return { mistakes: [{ ...text, file: basename(path) }] };
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

// Names in another encoding would be wrong, and nobody told.
function textOf(bytes: Buffer): string | Mistake {
  if (isUtf8(bytes)) return bytes.toString("utf8").replace(/^\uFEFF/, "");
  let line = 1;
  let at = 0;
  for (let end = bytes.indexOf("\n"); end !== -1 && isUtf8(bytes.subarray(at, end)); line++) {
    at = end + 1;
    end = bytes.indexOf("\n", at);
  }
  return { ...mistakeAt([], "holds a character that is not UTF-8: save it as UTF-8"), line };
}

function orThrow(config: Config | null, mistakes: readonly Mistake[], path: string): Config {
  if (config === null || mistakes.length > 0) throw new ConfigError(path, mistakes);
  return config;
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "this process may not read it";
  if (code === "EISDIR") return "it is a folder";
  return `the system says ${String(code)}`;
}
