/** The log's own destination, standard output, when nothing can be written to it. */
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LineWriter } from "../../src/telemetry/line-writer.ts";

const script = fileURLToPath(new URL("log-process.ts", import.meta.url));
const words = [process.execPath, "--import", "tsx", script];

test("a full disk under the log neither ends the process nor holds it", () => {
  const command = `${words.map((word) => `'${word}'`).join(" ")} 5 10 > /dev/full`;

  const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", timeout: 20_000 });

  expect(stderr).toBe("goes on");
  expect(status).toBe(0);
}, 30_000);

test("a disk that is full at the last lines lets the process end", () => {
  const command = `${words.map((word) => `'${word}'`).join(" ")} 2 10 info 'all at once' > /dev/full`;

  const { status } = spawnSync("sh", ["-c", command], { encoding: "utf8", timeout: 20_000 });

  expect(status).toBe(7);
}, 30_000);

test("a reader that is there and does not read lets the process end", async () => {
  const child = start("40", "10000", "info", "all at once");

  const [status] = await once(child, "exit");

  expect(status).toBe(7);
}, 30_000);

test("the last lines are written before the process ends, however many", async () => {
  const child = start("90", "10000", "info", "all at once");

  const lines = (await text(child.stdout)).trimEnd().split("\n");

  expect(lines.map((line) => JSON.parse(line).index)).toEqual(Array.from({ length: 90 }, (_, at) => at));
}, 30_000);

test.each(["info", "error"])(
  "of a reader that is too slow a bounded number of lines waits, and what was lost is said at the level %s",
  async (level) => {
    const child = start("40", "100000", level);
    await new Promise((resolve) => child.stderr.once("data", resolve));
    await sleep(100);

    const lines = (await text(child.stdout)).trimEnd().split("\n");

    const told = lines.map((line) => JSON.parse(line) as { readonly index?: number; readonly lost?: number });
    const lost = told.reduce((sum, line) => sum + (line.lost ?? 0), 0);
    expect(lost).toBeGreaterThan(0);
    expect(told.filter(({ index }) => index !== undefined)).toHaveLength(40 - lost);
  },
  30_000,
);

test("what was lost is said to a reader that never catches up", async () => {
  const child = start("Infinity", "100000");
  const until = Date.now() + 10_000;

  let seen = "";
  for await (const chunk of child.stdout) {
    seen += String(chunk);
    if (seen.includes('"lost":') || Date.now() > until) break;
    await sleep(20);
  }
  child.kill("SIGKILL");

  expect(seen).toContain('"lost":');
}, 30_000);

test("what was lost is said again when there was no room for saying it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "log-"));
  const file = await open(join(folder, "log"), "w");
  const said: number[] = [];
  const writer = new LineWriter(file.fd, (lost) => {
    said.push(lost);
    if (said.length === 1) writer.write(`${"x".repeat(2_000_000)}\n`);
  });
  for (const letters of [10, 1_000_000, 100_000, 100_000]) writer.write(`${"x".repeat(letters)}\n`);

  writer.flushSync();
  await expect.poll(() => said.length).toBe(2);
  await file.close();
  await rm(folder, { recursive: true });

  expect(said).toEqual([2, 2]);
});

function start(...more: readonly string[]) {
  const [node = "", ...args] = words;
  return spawn(node, [...args, ...more], { stdio: ["ignore", "pipe", "pipe"] });
}
