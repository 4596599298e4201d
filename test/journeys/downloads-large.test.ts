/** A floLIVE answer of 200 MB through the whole service: decoded while it streams, in a process whose memory is watched. */
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { startServer } from "../../src/simulators/server.ts";
import { bestOfThree } from "../support/best-of-three.ts";
import { youngSpace } from "../support/young-space.ts";

const mebibyte = 1_048_576;
const large = 150 * mebibyte;
const account = "62e8ba66-3a2d-4919-ae16-f87f35845a4b";
// 48 KiB, a multiple of three: its base64 can be repeated.
const block = Buffer.from(Array.from({ length: 49_152 }, (_, at) => ((at * 31 + (at >> 8) * 17) & 127) | 1));
const begin = Buffer.from("%PDF-1.7\n%%%\n%%".padEnd(15, "%"));
const end = Buffer.from("\nstartxref\n9\n%%EOF\n");

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of ends.splice(0).toReversed()) await each();
});

function* fileOf(bytes: number): Generator<Buffer> {
  yield begin;
  for (let sent = 0; sent < bytes; sent += block.length) yield block;
  yield end;
}

async function* answerOf(bytes: number) {
  yield Buffer.from('{"errorCode":"","errorMessage":"","content":[{"attachmentData":"');
  for (const part of fileOf(bytes)) yield Buffer.from(part.toString("base64"));
  yield Buffer.from('"}],"pageable":null}');
}

/** The process, after it has said where it is; ask() sends a word and gives its answer. */
async function startService(upstream: string) {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-large-"));
  ends.push(() => rm(folder, { recursive: true }));
  const child: ChildProcess = fork("test/support/service-process.ts", [upstream, account, folder], {
    execArgv: ["--import", "tsx", "--expose-gc", youngSpace],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  ends.push(() => child.kill("SIGKILL"));
  const said = async () => (await once(child, "message"))[0] as Record<string, any>;
  const { url, key } = await said();
  async function ask(word: string) {
    const answer = said();
    child.send(word);
    return answer;
  }
  return { url, key, ask };
}

it("grows the process by at most 64 MB, and gives every byte by its link", async () => {
  const sizes: Record<string, number> = { small: 100_000, large, larger: large, largest: large };
  const upstream = await startServer({
    name: "flolive",
    handle: ({ method, rawBody }) => {
      if (method === "POST") return { body: answerOf(sizes[JSON.parse(rawBody.toString()).id[0]] ?? 0) };
      const day = new Date().toISOString();
      const content = Object.keys(sizes).map((id) => ({ id, invoiceNumber: id, creationTime: day }));
      return { body: { errorCode: "", content, pageable: null } };
    },
  });
  ends.push(() => upstream.close());
  const { url, key, ask } = await startService(upstream.url);
  const query = async (text: string, variables: object = {}) => {
    const answer = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify({ query: text, variables }),
    });
    return ((await answer.json()) as any).data;
  };
  const { invoices } = await query("{ invoices { nodes { id number } } }");
  const download = async (number: string) => {
    const { id } = invoices.nodes.find((each: any) => each.number === number);
    const { downloadInvoices } = await query(
      "mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids }) { status files { url size sha256 } failures { code message } } }",
      { ids: [id] },
    );
    const hash = createHash("sha256");
    for await (const chunk of (await fetch(downloadInvoices.files[0].url)).body ?? []) hash.update(chunk);
    return { ...downloadInvoices, hash: hash.digest("hex") };
  };
  // Once in small, so that what every process needs to serve at all is there before the count begins.
  await download("small");
  const measure = async (number: string) => {
    await ask("begin");
    const result = await download(number);
    return { result, grewBy: (await ask("end"))["grewBy"] as number };
  };

  // Each time another file: the same would be there already.
  const numbers = ["large", "larger", "largest"];
  const { result, grewBy } = await bestOfThree(
    () => measure(numbers.shift() ?? ""),
    (measured) => measured.grewBy < 64 * mebibyte,
  );

  const expected = createHash("sha256");
  for (const part of fileOf(large)) expected.update(part);
  expect(result).toMatchObject({ status: "READY", failures: [] });
  // 150 MiB are 200 MiB of base64.
  expect(result.files[0].size).toBeGreaterThan(150 * mebibyte);
  expect(result.hash).toBe(expected.digest("hex"));
  expect(result.files[0].sha256).toBe(result.hash);
  expect(grewBy).toBeLessThan(64 * mebibyte);
});
