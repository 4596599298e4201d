/** Every leaf of every invoice has a provenance, and its rule, applied again to the text as sent, gives exactly that leaf. */
import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it, test } from "vitest";
import type { z } from "zod";
import { answerCodec } from "../../src/cache/codec.ts";
import { readJson } from "../../src/http/json.ts";
import { blankInvoice, type Invoice } from "../../src/model/invoice.ts";
import { valueAt } from "../../src/model/json-text.ts";
import {
  type Provenance,
  provenanceOf,
  type ReadRecord,
  type RecordName,
} from "../../src/model/provenance.ts";
import type { Call, Source } from "../../src/model/source.ts";
import { startServer } from "../../src/simulators/server.ts";
import { exactNumber } from "../../src/simulators/json-text.ts";
import { startSimulators, type SimulatorsOptions } from "../../src/simulators/index.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { tracesOf } from "../../src/sources/v6/provenance.ts";
import { connect } from "../support/connect.ts";
import { readInvoices, sample, scope } from "./v6/reading.ts";
import { leavesOf } from "../support/leaves.ts";

const noon = Date.UTC(2026, 2, 15, 12);
const call: Call = { signal: new AbortController().signal, deadlineAt: Date.now() + 3_600_000 };
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

const clock = { now: () => noon };

describe.each<[string, SimulatorsOptions]>([
  ["as the samples are", { each: { akamai: clock } }],
  [
    "as the tables are, with amounts as texts",
    {
      seed: 2,
      each: {
        flolive: {
          quirks: { cycleNames: "table", dueDateTime: true, textAmounts: true, olderInvoices: true },
        },
        v6: { quirks: { tableDates: true, numericCodes: true, negativeCredits: true } },
        akamai: {
          ...clock,
          quirks: ["textIds", "explicitNulls", "severalEndCustomers", "debitWord", "fileFormat"],
        },
      },
    },
  ],
  [
    "of odd spellings, single objects and credits without a sign",
    {
      seed: 3,
      each: {
        flolive: { quirks: { cycleNames: "both", shortAmounts: true, singleAsObject: true, unpaged: true } },
        v6: { quirks: { trailingCommas: true, twoDigitYears: true, lineSurcharge: true } },
        akamai: { ...clock, quirks: ["singleObjects", "invoiceArray", "positiveCredits", "computePdf"] },
      },
    },
  ],
])("in a world %s", (_title, options) => {
  it("every leaf traces to its text, and its rule gives it again", async () => {
    const wrong: string[] = [];
    let count = 0;

    for await (const [source, invoice] of everyInvoice(options)) {
      count++;
      wrong.push(
        ...mistakesIn(everythingOf(source, invoice), invoice).map(
          (mistake) => `${source.id} ${invoice.number}: ${mistake}`,
        ),
      );
    }

    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(400);
  });
});

describe("of records that chance has made", () => {
  it("every leaf of a floLIVE invoice has its rule", async () => {
    const records = recordOf(flolive);

    const held = holdFor("flolive", records, (record) => [
      { content: [{ ...record, id: "1" }], pageable: null },
    ]);

    await expect(held).resolves.toBeUndefined();
  });

  it("every leaf of a V6 invoice has its rule", async () => {
    const lines = fc.oneof(odd, listOf(recordOf(v6Line)));
    const creditReason = fc.oneof(odd, recordOf(["creditReasonCode", "description"]));
    const grossEntry = fc.oneof(odd, fc.boolean());
    const records = recordOf(v6, { fileType: word, grossEntry, lines, creditReason });

    const held = holdFor("v6", records, (record) => [
      [{ ...record, invoiceNo: "LT1", customerCode: "001", invoiceDate: "03-02-2026" }],
    ]);

    await expect(held).resolves.toBeUndefined();
  });

  it("every leaf of an Akamai invoice has its rule, in the list and with its details", async () => {
    const lines = listOf(recordOf(akamaiLine));
    const customers = listOf(
      recordOf(["END_CUSTOMER_ACCOUNT_ID", "END_CUSTOMER_ACCOUNT_NAME"], { INVOICE_LINE: lines }),
    );
    const contentType = fc.constantFrom("application/pdf", "text/csv", "x/y", null);
    const files = listOf(recordOf(akamaiFile, { contentType }));
    const records = fc.tuple(
      recordOf(akamai, { invoiceType: word, files }),
      recordOf(akamaiHeader, { INVOICE_TYPE: word, END_CUSTOMER: customers }),
    );

    const held = holdFor("akamai", records, ([item, download]) => [
      [{ ...item, invoiceId: 8_234_567_890 }],
      { INVOICE: { ...download, INVOICE_ID: "8234567890" } },
    ]);

    await expect(held).resolves.toBeUndefined();
  });
});

const flolive = [
  "invoiceNumber",
  "creationTime",
  "billingCycleStartDate",
  "billingCycleEndDate",
  "billingCycleStartTime",
  "currency",
  "taxAmount",
  "netAmount",
  "totalAmount",
  "dueDate",
];
const v6 = ["businessName", "address1", "city", "postcode", "dueDate", "taxAmount"];
const v6Line = ["amount", "price", "gstAmount", "quantity", "departmentCode", "glCode"];
const akamai = ["invoiceDate", "invoiceDueDate", "invoiceTotal", "invoiceCurrency"];
const akamaiFile = ["fileFormat", "fileCreationDate", "fileName", "fileVersion", "sourceType"];
const akamaiHeader = [
  "ACCOUNT_ID",
  "ACCOUNT_NAME",
  "FINALIZED_DATE",
  "INVOICE_CURRENCY",
  "INVOICE_DATE",
  "PO_NUMBER",
];
const akamaiLine = [
  "ITEM_DESC",
  "ITEM_END_DATE",
  "ITEM_START_DATE",
  "ITEM_TOTAL",
  "ITEM_TOTAL_SERVICES",
  "ITEM_TOTAL_TAXES",
  "ITEM_UNITS",
  "ITEM_UNIT_PRICE",
  "PO_NUMBER",
  "PRODUCT",
  "UNIT_MEASURE",
  "CREDITED_INVOICE_NUMBER",
];

const amount = fc.constantFrom("185.10", "-20.00", "0", "0.005", "12345678901234567.89", "7.0");
const date = fc.constantFrom(
  "2026-02-28",
  "28-02-2026",
  "28022026",
  "20260228",
  "2026-2-8",
  "2026-02-28T23:59:59.9Z",
  "28/02/26",
  "2026-02-30",
);
const odd = fc.oneof(
  { weight: 5, arbitrary: amount.map(exactNumber) },
  { weight: 2, arbitrary: amount },
  { weight: 4, arbitrary: date },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      "",
      " ",
      " x ",
      "AUD",
      "usd",
      "EUR",
      true,
      "false",
      '\u00e9\n"',
      {},
      [],
      1e21,
      "n/a",
    ),
  },
);
const word = fc.constantFrom<unknown>(
  "I",
  "C",
  "D",
  "c",
  "X",
  "INVOICE",
  "CREDIT_MEMO",
  "Credit Memo",
  "Debit",
  "?",
  null,
  7,
);

function recordOf(names: readonly string[], more: Record<string, fc.Arbitrary<unknown>> = {}) {
  const values = Object.fromEntries(names.map((name) => [name, odd] as const));
  return fc.record({ ...values, ...more }, { requiredKeys: Object.keys(more) });
}

function listOf(item: fc.Arbitrary<object>) {
  return fc.oneof(
    odd,
    item,
    fc.array(fc.oneof({ weight: 1, arbitrary: odd }, { weight: 6, arbitrary: item }), { maxLength: 4 }),
  );
}

/** Whatever the source answers (its list, then the details), each leaf of the invoices that come of it has its rule. */
async function holdFor<T>(
  kindName: string,
  records: fc.Arbitrary<T>,
  answersOf: (record: T) => readonly object[],
) {
  let answers: readonly object[] = [];
  const server = await startServer({
    name: kindName,
    handle: ({ path }) => ({ body: answers[path.endsWith("/download") ? 1 : 0] ?? [] }),
  });
  const kind = sourceKinds.find((each) => each.kind === kindName)!;
  const secrets = { token: "t", apiKey: "k", clientToken: "a", clientSecret: "b", accessToken: "c" };
  const known = Object.keys((kind.config as z.ZodObject).shape);
  const entry = Object.fromEntries(
    Object.entries({ kind: kindName, url: server.url, ...secrets }).filter(([name]) => known.includes(name)),
  );
  const source = kind.create({ id: "any", config: kind.config.parse(entry), connect, now: () => noon });
  const account = { flolive: "0f3f1a36-8c39-4f2e-9d55-7f2a1b3c4d5e", akamai: "C-1" }[kindName] ?? "001";
  const [question] = source
    .invoices!.questions([account], { from: "2026-02-01", to: "2026-02-28" })
    .toReversed();
  await fc.assert(
    fc.asyncProperty(records, async (record) => {
      answers = answersOf(record);
      const { invoices } = await source.invoices!.ask(question!, call);
      expect(invoices).toHaveLength(1);
      for (const invoice of invoices) {
        expect(mistakesIn(everythingOf(source, invoice), invoice)).toEqual([]);
        if (source.details === undefined) continue;
        const whole = await source.details.ask(invoice, call);
        expect(mistakesIn(everythingOf(source, whole), whole)).toEqual([]);
      }
    }),
    { numRuns: 300, endOnFailure: true },
  );
  await source.close();
  await server.close();
}

test("more than 5,000 values at once are refused, some of them are told", () => {
  const lines = Array.from({ length: 400 }, (_, index) => ({ amount: index, quantity: "many" }));
  const [invoice] = readInvoices([{ ...sample, lines }], scope).invoices;
  const traces = tracesOf(invoice!, scope.tolerance);
  const tell = (isWanted: (field: string) => boolean) => provenanceOf(traces, recordsOf(invoice!), isWanted);

  const some = tell((field) => field.startsWith("lines.399.") || field.startsWith("warnings."));

  expect(() => tell(() => true)).toThrow("at most 5000 values");
  expect(some.filter(({ isReproduced }) => isReproduced !== true)).toEqual([]);
});

describe("an answer that was kept elsewhere", () => {
  it("still has the text of every record", async () => {
    const differing: string[] = [];
    let count = 0;

    for await (const [source, invoice] of everyInvoice({ each: { akamai: clock } })) {
      if (count++ % 10 > 0) continue;
      const lines: string[] = [];
      const answer = { invoices: [invoice], fetchedAt: "2026-03-15T12:00:00.000Z", dropped: [] };
      for await (const line of answerCodec.write(answer)) lines.push(line);
      const [again] = (await answerCodec.read(lines)).invoices;
      const [before, after] = [everythingOf(source, invoice), everythingOf(source, again!)];
      if (!isDeepStrictEqual(before, after)) differing.push(`${source.id} ${invoice.number}`);
    }

    expect(differing).toEqual([]);
    expect(count).toBeGreaterThan(400);
  });
});

function everythingOf(source: Source, invoice: Invoice): readonly Provenance[] {
  return provenanceOf(source.traces!(invoice), recordsOf(invoice), () => true);
}

function recordsOf({ raw, sent, isDetailed }: Invoice): Partial<Record<RecordName, ReadRecord>> {
  const both =
    isDetailed && sent?.DETAILS
      ? (raw as { list: unknown; download: unknown })
      : { list: raw, download: null };
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
    else if (JSON.stringify(of[0]?.value) !== JSON.stringify(value))
      mistakes.push(`${field} is not what is told`);
  }
  const records = recordsOf(invoice);
  for (const { record, pointer, text } of told.flatMap(({ places }) => places)) {
    const read = valueAt(records[record]?.value, pointer);
    const isSent =
      text === null ? read === undefined : isDeepStrictEqual(readJson(`[${text}]`, "any"), [read]);
    if (!isSent) mistakes.push(`${record}${pointer} is not ${text}`);
  }
  for (const { field, isReproduced, rule, places, value } of told) {
    if (!leaves.has(field)) mistakes.push(`${field} is told and is not there`);
    if (isReproduced === false || (isReproduced === null && !rule.startsWith("warning.")))
      mistakes.push(
        `${field} ${JSON.stringify(value)} does not follow by ${rule} from ${JSON.stringify(places.slice(0, 5))}`,
      );
  }
  return mistakes;
}
