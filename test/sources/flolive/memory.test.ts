/** A download of 200 MB, measured in a process that has received 32 MB before: the file passes through, and is never held. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bestOfThree } from "../../support/best-of-three.ts";
import type { Report } from "./download-process.ts";
import { answered } from "./flolive.ts";

const mebibyte = 1024 * 1024;

// 48 KiB without a pattern that base64 could hide: 64 KiB of base64.
const block = Buffer.from(Array.from({ length: 49_152 }, (_, at) => (at * 31 + (at >> 8) * 17) & 255));
const text = block.toString("base64");
const wrappedText = text.replace(/.{76}/g, "$&\\r\\n").replaceAll("/", "\\/").replaceAll("+", "\\u002b");

async function* answerOf(base64: string, bytes: number) {
  yield Buffer.from('{"errorCode":"","errorMessage":"","content":[{"attachmentData":"');
  const chunk = Buffer.from(base64);
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  yield Buffer.from('"}],"pageable":null}');
}

function hashOf(blocks: number): string {
  const hash = createHash("sha256");
  for (let at = 0; at < blocks; at++) hash.update(block);
  return hash.digest("hex");
}

test("an answer of 200 MB, and one full of escapes and line breaks, grow the process by less than 64 MB", async () => {
  const sizes: Record<string, number> = {
    first: 32 * mebibyte,
    plain: 200 * mebibyte,
    wrapped: 64 * mebibyte,
  };
  const { server } = await answered(({ rawBody }) => {
    const [id = ""] = JSON.parse(rawBody.toString()).id as string[];
    return { body: answerOf(id === "wrapped" ? wrappedText : text, sizes[id] ?? 0) };
  });
  const script = fileURLToPath(new URL("download-process.ts", import.meta.url));

  const measure = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script, server.url]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Report);
  };

  // Garbage is collected later where the machine has no time for it.
  const reports = await bestOfThree(measure, (some) =>
    some.every(({ grownBytes }) => grownBytes < 64 * mebibyte),
  );

  const blocks = [Math.ceil((200 * mebibyte) / text.length), Math.ceil((64 * mebibyte) / wrappedText.length)];
  expect(reports.map((report) => report.bytes)).toEqual(blocks.map((count) => count * block.length));
  expect(reports.map((report) => report.sha256)).toEqual(blocks.map(hashOf));
  for (const report of reports) expect(report.grownBytes).toBeLessThan(64 * mebibyte);
});
