/** src/ packed into one file with what it imports most of, for `npm start`: at the end of `npm ci`, and whenever something has changed. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// As deep as src/'s rooms are: what a module finds by its own place is found from here, too.
const outdir = `${root}node_modules/.cache`;
/** The path of the packed file. */
export const main = `${outdir}/invoicegraph.mjs`;

// Hundreds of small modules, which take half a second to find and load one by one. graphql stays outside, since it must be
// there once for those inside and outside; so does what is large and quickly loaded, or needs its own folder.
const inside = new Set([
  "@pothos/core",
  "@pothos/plugin-directives",
  "@pothos/plugin-federation",
  "aws4fetch",
  "csv-stringify",
  "dataloader",
  "graphql-scalars",
  "graphql-yoga",
  "jose",
  "lossless-json",
  "lru-cache",
  "saxes",
]);

/** Makes the packed file unless there is one of what is there now. */
export async function packOnce() {
  const stamp = stampOf();
  const packed = await readFile(main, "utf8").catch(() => "");
  if (!packed.endsWith(stamp)) await pack(stamp);
}

async function pack(stamp) {
  const { build } = await import("esbuild");
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const outside = Object.keys({ ...dependencies, ...optionalDependencies });
  const { outputFiles, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: "src/main.ts", out: "invoicegraph" }],
    outdir,
    chunkNames: "invoicegraph-[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What src/ imports on demand stays on demand.
    splitting: true,
    external: outside.filter((name) => !inside.has(name)),
    format: "esm",
    platform: "node",
    target: "node20",
    // For those inside that are CommonJS and load modules of Node.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    // Read with NODE_OPTIONS=--enable-source-maps only: reading them takes a tenth of the start.
    sourcemap: true,
    sourcesContent: false,
    write: false,
    // What is wrong is thrown, and `prepare` in package.json leaves it to the next start; warnings are told below, wherever it is packed.
    logLevel: "silent",
  });
  for (const { text, location } of warnings)
    process.stderr.write(`${location === null ? "" : `${location.file}:${location.line}: `}${text}\n`);
  await mkdir(outdir, { recursive: true });
  for (const { path, text } of outputFiles) {
    // Renamed, so that another start at the same time never reads half a file.
    await writeFile(`${path}.${process.pid}`, path === main ? `${text}// ${stamp}` : text);
    await rename(`${path}.${process.pid}`, path);
  }
}

/** Changes with every file of src/, with this one, with what is installed, and with the folder. */
function stampOf() {
  const hash = createHash("sha256").update(root);
  const sources = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).sort();
  for (const path of [
    ...sources.map((each) => `src/${each}`),
    "scripts/packed.mjs",
    "package.json",
    "node_modules/.package-lock.json",
  ]) {
    const seen = statSync(root + path, { throwIfNoEntry: false });
    hash.update(`${path} ${seen?.size} ${seen?.mtimeMs}\n`);
  }
  return hash.digest("hex");
}
