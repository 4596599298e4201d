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
  for (const name of ["scripts/start.mjs", "scripts/packed.mjs"])
    await copyFile(join(root, name), join(folder, name));
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

// What npm runs at the end of `npm ci` and of `npm install`.
async function prepare(): Promise<{ status: number | null; said: string }> {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    scripts: { prepare: string };
  };
  const { status, stdout, stderr } = spawnSync(scripts.prepare, {
    cwd: folder,
    encoding: "utf8",
    shell: true,
  });
  return { status, said: stdout + stderr };
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

it("npm ci packs src/ at its end, without a word, and the first npm start runs that", async () => {
  const prepared = await prepare();
  const at = await packedAt();

  expect(prepared).toEqual({ status: 0, said: "" });
  expect(start()).toBe("one");
  expect(await packedAt()).toBe(at);
});

it("npm ci neither fails nor says a word where nothing can be packed; npm start tells why", async () => {
  await write("src/main.ts", 'import "./gone.ts";');
  const wrong = await prepare();
  const whyWrong = start();
  await rm(join(folder, "node_modules/esbuild"));
  const withoutPacker = await prepare();
  const whyWithout = start();
  await rm(join(folder, "scripts"), { recursive: true });
  const withoutScripts = await prepare();

  for (const each of [wrong, withoutPacker, withoutScripts]) expect(each).toEqual({ status: 0, said: "" });
  expect(whyWrong).toMatch(/Could not resolve "\.\/gone\.ts"/);
  expect(whyWithout).toMatch(/Cannot find package 'esbuild'/);
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
