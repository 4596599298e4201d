/** A process of its own that downloads from the URL in its arguments, and prints what it read and how much memory that took. */
import { createHash } from "node:crypto";
import { connect } from "../../support/connect.ts";
import { blankInvoice, type Invoice } from "../../../src/model/invoice.ts";
import { flolive } from "../../../src/sources/flolive/index.ts";

/** One line of JSON for each download. */
export interface Report {
  bytes: number;
  sha256: string;
  /** Peak of the resident set above what it was before. */
  grownBytes: number;
}

const [url = ""] = process.argv.slice(2);
const config = flolive.config.parse({ kind: "flolive", url, token: "t", timeoutMs: 600_000 });
const source = flolive.create({ id: "sim", config, connect, now: Date.now });
const account = "62e8ba66-3a2d-4919-ae16-f87f35845a4b";

async function download(id: string): Promise<Report> {
  const invoice: Invoice = { ...blankInvoice, source: "sim", account, key: [id], id };
  const call = { signal: new AbortController().signal, deadlineAt: Date.now() + 600_000 };
  const hash = createHash("sha256");
  const before = process.memoryUsage.rss();
  let bytes = 0;
  let peak = before;
  for await (const { body } of source.files!.fetch([invoice], "PDF", call)) {
    for await (const chunk of body) {
      bytes += chunk.length;
      hash.update(chunk);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
  }
  return { bytes, sha256: hash.digest("hex"), grownBytes: peak - before };
}

// The first fills what Node itself takes to receive anything at all: discarding 200 MB grows a fresh process by 60 to 75 MB.
await download("first");
for (const id of ["plain", "wrapped"]) process.stdout.write(`${JSON.stringify(await download(id))}\n`);
await source.close();
