/** `npm start`: packs src/ into one file, which takes a tenth of a second, and runs it; a transpiler at each import takes two seconds more. */
import cluster from "node:cluster";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
// As deep as src/'s rooms are: what a module finds by its own place is found from here, too.
const outdir = `${root}node_modules/.cache`;

async function pack() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: "src/main.ts", out: "invoicegraph" }],
    outdir,
    chunkNames: "invoicegraph-[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What src/ imports on demand stays on demand.
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: true,
    write: false,
    logLevel: "warning",
  });
  await mkdir(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) {
    // Renamed, so that another start at the same time never reads half a file.
    await writeFile(`${path}.${process.pid}`, contents);
    await rename(`${path}.${process.pid}`, path);
  }
}

// The workers of a process that serves on several cores run what it has packed.
if (!cluster.isWorker) await pack();
process.setSourceMapsEnabled(true);
await import(`${outdir}/invoicegraph.mjs`);
