/** The log's own destination, standard output, when nothing can be written to it. */
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("log-process.ts", import.meta.url));
const words = [process.execPath, "--import", "tsx", script];

test("a full disk under the log neither ends the process nor holds it", () => {
  const command = `${words.map((word) => `'${word}'`).join(" ")} 5 10 > /dev/full`;

  const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", timeout: 20_000 });

  expect(stderr).toBe("goes on");
  expect(status).toBe(0);
}, 30_000);

test("of a reader that is too slow a bounded number of lines waits, and what was lost is said", async () => {
  const [node = "", ...args] = words;
  const child = spawn(node, [...args, "40", "100000"], { stdio: ["ignore", "pipe", "pipe"] });
  await new Promise((resolve) => child.stderr.once("data", resolve));
  await sleep(100);

  const lines = (await text(child.stdout)).trimEnd().split("\n");

  const told = lines.map((line) => JSON.parse(line) as { readonly index?: number; readonly lost?: number });
  const lost = told.reduce((sum, line) => sum + (line.lost ?? 0), 0);
  expect(lost).toBeGreaterThan(0);
  expect(told.filter(({ index }) => index !== undefined)).toHaveLength(40 - lost);
}, 30_000);
