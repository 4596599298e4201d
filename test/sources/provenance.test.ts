/** Every leaf of every invoice has a provenance, and its rule, applied again to the text as sent, gives exactly that leaf. */

import { describe, expect, it } from "vitest";
import { blankInvoice, type Invoice } from "../../src/model/invoice.ts";
import { type Provenance, provenanceOf, type ReadRecord, type RecordName } from "../../src/model/provenance.ts";
import type { Call, Source } from "../../src/model/source.ts";
import { startSimulators, type SimulatorsOptions } from "../../src/simulators/index.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { connect } from "../support/connect.ts";
import { leavesOf } from "../support/leaves.ts";

const noon = Date.UTC(2026, 2, 15, 12);
const call: Call = { signal: new AbortController().signal, deadlineAt: Date.now() + 60_000 };
const names = Object.keys(blankInvoice);

/** Every invoice of the world, as listed, and with its details where the source has some. */
async function* everyInvoice(options: SimulatorsOptions): AsyncGenerator<readonly [Source, Invoice]> {
  const simulators = await startSimulators({ today: "2026-03-15", ...options });
  const { sources, customers } = simulators.config();
  for (const [id, entry] of Object.entries(sources)) {
    const kind = sourceKinds.find((each) => each.kind === entry.kind)!;
    const source = kind.create({ id, config: kind.config.parse(entry), connect, now: () => noon });
    const accounts = customers.flatMap(({ accounts: own }) => (own[id] ?? []).map(String));
    const questions = source.invoices?.questions(accounts, { from: "2025-10-01", to: "2026-03-15" }) ?? [];
    for (const question of questions) {
      for (const invoice of (await source.invoices!.ask(question, call)).invoices) {
        yield [source, invoice];
        if (source.details !== undefined) yield [source, await source.details.ask(invoice, call)];
      }
    }
    await source.close();
  }
  await simulators.close();
}

describe.each<[string, SimulatorsOptions]>([
  ["as the samples are", { each: { akamai: { now: () => noon } } }],
])("in a world %s", (_title, options) => {
  it("every leaf traces to its text, and the rule gives it again", async () => {
    const wrong: string[] = [];
    const rules = new Map<string, number>();
    let count = 0;

    for await (const [source, invoice] of everyInvoice(options)) {
      count++;
      const told = everythingOf(source, invoice);
      for (const { rule } of told) rules.set(rule, (rules.get(rule) ?? 0) + 1);
      wrong.push(...mistakesIn(told, invoice).map((mistake) => `${source.id} ${invoice.number}: ${mistake}`));
      if (wrong.length > 20) break;
    }

    expect(wrong).toEqual([]);
  });
});

function everythingOf(source: Source, invoice: Invoice): readonly Provenance[] {
  return provenanceOf(source.traces!(invoice), recordsOf(invoice), () => true);
}

function recordsOf({ raw, sent, isDetailed }: Invoice): Partial<Record<RecordName, ReadRecord>> {
  const both = isDetailed && sent?.DETAILS ? (raw as { list: unknown; download: unknown }) : { list: raw, download: null };
  return {
    LIST: { value: both.list, text: sent!.LIST!.text },
    ...(sent?.DETAILS && { DETAILS: { value: both.download, text: sent.DETAILS.text } }),
  };
}

function mistakesIn(told: readonly Provenance[], invoice: Invoice): string[] {
  const mistakes: string[] = [];
  const leaves = leavesOf(invoice, names);
  for (const [field, value] of leaves) {
    const of = told.filter((each) => each.field === field);
    if (of.length !== 1) mistakes.push(`${field} has ${of.length} provenances`);
    else if (JSON.stringify(of[0]?.value) !== JSON.stringify(value)) mistakes.push(`${field} is not what is told`);
  }
  for (const { field, isReproduced, rule, places, value } of told) {
    if (!leaves.has(field)) mistakes.push(`${field} is told and is not there`);
    if (isReproduced === false || (isReproduced === null && !rule.startsWith("warning.")))
      mistakes.push(`${field} ${JSON.stringify(value)} does not follow by ${rule} from ${JSON.stringify(places.slice(0, 5))}`);
  }
  return mistakes;
}
