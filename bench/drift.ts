/** What comparing every record with the documents costs: mapping 10,000 records of V6 with and without it, in turns. */
import { createExaminer, type Examine } from "../src/model/documented.ts";
import { startV6 } from "../src/simulators/v6/index.ts";
import { customerServiceKey, type V6Quirks } from "../src/simulators/v6/options.ts";
import { createWorld } from "../src/simulators/world.ts";
import { createReader } from "../src/sources/v6/answer.ts";
import { documentedInvoice } from "../src/sources/v6/documented.ts";
import { createDriftLedger } from "../src/telemetry/drift.ts";

const rounds = 40;
const count = 10_000;

/** Records as V6 writes them, some 10,000. */
async function recordsOf(quirks: V6Quirks): Promise<readonly { invoiceDate: string }[]> {
  const simulator = await startV6(createWorld({ today: "2026-11-22" }), { quirks });
  const response = await fetch(`${simulator.url}/v6-api/rest/invoices?fromDate=01012024&toDate=22112026`, {
    headers: { authorization: `ApiKey ${customerServiceKey}` },
  });
  const some = (await response.json()) as { invoiceDate: string }[];
  await simulator.close();
  // Copies of their own, as a parser would make them, each with a number of its own.
  return Array.from({ length: count }, (_, index) => ({
    ...(structuredClone(some[index % some.length]) as { invoiceDate: string }),
    invoiceNo: `N${index}`,
  }));
}

function map(text: string, examine: Examine | undefined): number {
  const before = process.cpuUsage();
  const values = JSON.parse(text) as { invoiceDate: string }[];
  // Each record in the month that it is of, so that all are mapped.
  const readers = new Map<string, ReturnType<typeof createReader>>();
  const tolerance = { total: "0", line: "0.005" };
  const bytes = Buffer.from("[]");
  for (const value of values) {
    const date = value.invoiceDate;
    const month = date[4] === "-" ? date.slice(0, 7) : `${date.slice(6, 10)}-${date.slice(3, 5)}`;
    let reader = readers.get(month);
    if (reader === undefined)
      readers.set(
        month,
        (reader = createReader({ source: "freight", currency: "AUD", month, tolerance }, examine)),
      );
    reader.add({ values: [value], bytes });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

for (const [name, quirks] of [
  ["as documented", {}],
  ["all dates and codes otherwise", { tableDates: true, numericCodes: true }],
] as const) {
  const text = JSON.stringify(await recordsOf(quirks));
  const ledger = createDriftLedger();
  const examine = createExaminer(documentedInvoice, ledger.recorderOf("freight"));
  const without: number[] = [];
  const compared: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0;
    const a = map(text, first ? undefined : examine);
    const b = map(text, first ? examine : undefined);
    if (round < 10) continue;
    without.push(first ? a : b);
    compared.push(first ? b : a);
  }
  const values = JSON.parse(text) as object[];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) for (const value of values) examine(value);
  const { user, system } = process.cpuUsage(before);
  const plain = median(without);
  const alone = (user + system) / 1_000 / rounds;
  process.stdout.write(
    `${name}: ${count} records ${plain.toFixed(1)} ms of CPU, compared ${median(compared).toFixed(1)} ms; ` +
      `the comparison alone ${alone.toFixed(2)} ms (${((100 * alone) / plain).toFixed(1)} %)\n`,
  );
}
