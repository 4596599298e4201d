import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "invoicegraph-start-"));
  for (const name of ["scripts", "src", "node_modules/only"])
    await mkdir(join(folder, name), { recursive: true });
  await copyFile(join(root, "scripts/start.mjs"), join(folder, "scripts/start.mjs"));
  await symlink(join(root, "node_modules/esbuild"), join(folder, "node_modules/esbuild"));
  await write("package.json", JSON.stringify({ type: "module", dependencies: { only: "1.0.0" } }));
  await write("node_modules/.package-lock.json", "{}");
  await write("node_modules/only/package.json", JSON.stringify({ type: "module", main: "index.js" }));
  await write("src/main.ts", 'process.stdout.write("one" satisfies string);');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

function start(): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["scripts/start.mjs"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout + stderr;
}

async function packedAt(): Promise<number> {
  return (await stat(join(folder, "node_modules/.cache/invoicegraph.mjs"))).mtimeMs;
}

it("npm start packs src/ once, and runs what is packed", async () => {
  const first = start();
  const at = await packedAt();
  const second = start();

  expect([first, second]).toEqual(["one", "one"]);
  expect(await packedAt()).toBe(at);
});

it("npm start packs again when a file of src/ has changed, come or gone", async () => {
  start();
  await write("src/word.ts", 'export const word = "two";');
  await write("src/main.ts", 'import { word } from "./word.ts"; process.stdout.write(word);');
  const changed = start();
  await write("src/word.ts", 'export const word = "six";');
  await utimes(join(folder, "src/word.ts"), 1, 1);
  const sameSize = start();
  await rm(join(folder, "src/word.ts"));

  expect([changed, sameSize]).toEqual(["two", "six"]);
  expect(start()).toMatch(/Could not resolve "\.\/word\.ts"/);
});

it("npm start packs again when something else is installed", async () => {
  start();
  const at = await packedAt();
  await write("node_modules/.package-lock.json", "{ }");

  const said = start();

  expect(said).toBe("one");
  expect(await packedAt()).toBeGreaterThan(at);
});

it("npm start leaves other packages outside, where they are", async () => {
  await write("node_modules/only/index.js", 'export const word = "outside";');
  await write("src/main.ts", 'import { word } from "only"; process.stdout.write(word);');

  const said = start();

  expect(said).toBe("outside");
  expect(await readFile(join(folder, "node_modules/.cache/invoicegraph.mjs"), "utf8")).toContain(
    'from "only"',
  );
});
