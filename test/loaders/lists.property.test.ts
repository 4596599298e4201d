import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { InvoiceFilter } from "../../src/listing/filter.ts";
import type { InvoiceOrder } from "../../src/listing/order.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import { compareExpected, isExpected } from "./expected.ts";
import { type Shape, invoiceOf, memorySource, requestOver } from "./memory.ts";

const accounts = ["a1", "b2", "c3"];
const shapes: Readonly<Record<string, Shape>> = { mobile: "ACCOUNT", freight: "MONTH", cdn: "ACCOUNT_MONTH" };
const sourceIds = Object.keys(shapes);
const everything = { customer: null, withSubCustomers: false };
const warning = { code: "MINOR_UNITS", message: "", fields: [], stated: null, expected: null } as const;

const day = (from: string, days: number) =>
  fc
    .integer({ min: 0, max: days })
    .map((n) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10));
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 5 });
const amount = fc
  .tuple(fc.integer({ min: -30, max: 30 }), fc.constantFrom("", ".5", ".25", ".125"))
  .map(([whole, fraction]) => (whole === 0 ? "0" : `${whole}${fraction}`));

// Few values, so that ties are common; a month before the window and a month after it too.
const invoices = fc
  .array(
    fc.record({
      source: fc.constantFrom(...sourceIds),
      account: fc.constantFrom(...accounts),
      issuedOn: nullable(fc.oneof(day("2026-05-28", 20), day("2025-06-20", 400))),
      dueOn: nullable(day("2026-06-01", 10)),
      createdAt: nullable(day("2026-06-01", 5).map((text) => `${text}T00:00:00.000Z`)),
      currency: nullable(fc.constantFrom("EUR", "JPY")),
      totalAmount: nullable(amount),
      type: fc.constantFrom("INVOICE", "CREDIT_MEMO"),
      prefix: fc.constantFrom("LT", "lt", "AB"),
      digits: fc.integer({ min: 0, max: 120 }),
      purchaseOrder: nullable(fc.constantFrom("PO-1", "PO-2")),
      hasWarning: fc.boolean(),
      isDetailed: fc.boolean(),
      /** The page before which it appears. */
      appears: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
    }),
    { maxLength: 24 },
  )
  .map((records) =>
    records.map(({ prefix, digits, hasWarning, appears, source, account, issuedOn, ...values }, index) => ({
      appears,
      invoice: invoiceOf({ source, account }, `i${index}`, {
        ...values,
        // An invoice without a date is in no month's answer.
        issuedOn: shapes[source] === "ACCOUNT" ? issuedOn : (issuedOn ?? "2026-06-01"),
        // Unique, so that no warning about repetition comes in.
        number: `${prefix}${digits * 100 + index}`,
        warnings: hasWarning ? [warning] : [],
      } as Partial<Invoice>),
    })),
  );

const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 }).map((value) => value);
const range = (from: string, days: number) =>
  fc
    .tuple(nullable(day(from, days)), nullable(day(from, days)))
    .filter(([a, b]) => a === null || b === null || a <= b)
    .map(([a, b]) => ({ from: a, to: b }));
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });

const filters: fc.Arbitrary<InvoiceFilter> = fc
  .record({
    issuedOn: optional(range("2026-05-20", 40)),
    dueOn: rarely(range("2026-06-01", 10)),
    types: rarely(fc.constant(["INVOICE"] as const)),
    currencies: rarely(fc.subarray(["EUR", "JPY"])),
    sources: rarely(fc.subarray(sourceIds)),
    customers: rarely(fc.subarray(accounts)),
    number: rarely(
      fc.oneof(
        fc.integer({ min: 0, max: 2_000 }).map((n) => ({ equals: String(n) })),
        fc.constantFrom("T", "b1", "0").map((text) => ({ contains: text })),
      ),
    ),
    totalAmount: rarely(
      fc.record({ currency: fc.constant("EUR"), min: nullable(amount), max: nullable(amount) }),
    ),
    pastDueOn: rarely(day("2026-06-01", 10)),
    hasWarnings: rarely(fc.boolean()),
    purchaseOrder: rarely(fc.constantFrom("PO-1", "PO-2")),
  })
  // Most of the time only one or two conditions, else hardly anything is left to page through.
  .chain((all) =>
    fc
      .subarray(Object.entries(all), { maxLength: 3 })
      .map((some) => Object.fromEntries(some) as InvoiceFilter),
  );

const orders: fc.Arbitrary<InvoiceOrder> = fc.record({
  field: fc.constantFrom("ISSUED_ON", "DUE_ON", "TOTAL_AMOUNT", "NUMBER", "CREATED_AT", "CUSTOMER_NAME"),
  direction: fc.constantFrom("ASC", "DESC"),
});

type Walk = typeof walks extends fc.Arbitrary<infer Walk> ? Walk : never;

const walks = fc.record({
  invoices,
  filter: filters,
  order: orders,
  size: fc.integer({ min: 1, max: 7 }),
  forwards: fc.boolean(),
  /** Of a hundred questions on the first pages, how many fail. */
  failures: fc.constantFrom(0, 0, 20, 50, 90),
  failsUntil: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
  /** The page before which a new month begins. */
  monthEnds: fc.integer({ min: 1, max: 6 }),
});

test("pages put together are the sorted, filtered union, whatever fails and appears between them", async () => {
  await fc.assert(fc.asyncProperty(walks, checkWalk), { numRuns: 1_500 });
});

test("the same holds where an invoice's details are needed and fail", async () => {
  const onDetails = fc.constantFrom<InvoiceFilter>({ hasWarnings: true }, { purchaseOrder: "PO-1" });
  const withoutDetails = fc.tuple(walks, onDetails).map(([walk, filter]) => ({
    ...walk,
    filter,
    failures: 50 as const,
    failsUntil: 6,
    invoices: walk.invoices.map(({ appears, invoice }) => ({
      appears,
      invoice: { ...invoice, isDetailed: false },
    })),
  }));

  await fc.assert(fc.asyncProperty(withoutDetails, checkWalk), { numRuns: 500 });
});

async function checkWalk(walk: Walk): Promise<void> {
  const { given, quiet } = await walkThrough(walk);

  const window = windowOf(walk.filter);
  const matching = walk.invoices.filter(({ invoice }) => isExpected(invoice, walk.filter, window));
  const ids = given.map(({ id }) => id);
  expect(new Set(ids).size, "nothing twice").toBe(ids.length);
  const expected = new Set(matching.map(({ invoice }) => invoice.id));
  expect(
    ids.filter((id) => !expected.has(id)),
    "nothing else",
  ).toEqual([]);
  const due = matching.filter(({ appears, invoice }) => appears === 0 || quiet.has(invoice.id));
  const missed = due.filter(({ invoice }) => !ids.includes(invoice.id)).map(({ invoice }) => invoice.id);
  expect(missed, "no gap").toEqual([]);
  if (walk.failures > 0 || matching.some(({ appears }) => appears > 0)) return;
  const sorted = matching
    .map(({ invoice }) => invoice)
    .sort((a, b) => compareExpected(a, b, walk.order))
    .map(({ id }) => id);
  expect(walk.forwards ? ids : ids.toReversed()).toEqual(sorted);
}

function windowOf({ issuedOn }: InvoiceFilter): readonly [string, string] {
  const to = issuedOn?.to ?? "2026-06-30";
  const from = issuedOn?.from ?? `${Number(to.slice(0, 4)) - 1}-${to.slice(5, 7) === "06" ? "07" : "06"}-01`;
  return [from, to];
}

// Asks page after page, as a patient client would: to the end, and as long as something may still come.
async function walkThrough(walk: Walk) {
  const { filter, order, size, forwards } = walk;
  const given: Invoice[] = [];
  /** Ids of what appeared beyond everything that was given by then: it must not be missed. */
  const quiet = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; ; page++) {
    if (page > 300) throw new Error("the walk does not end");
    for (const { appears, invoice } of walk.invoices) {
      const isBeyond = given.every((each) => compareExpected(invoice, each, order) > 0 === forwards);
      if (appears === page && page > 0 && isBeyond) quiet.add(invoice.id);
    }
    const sources = sourceIds.map((id) =>
      memorySource(
        id,
        shapes[id] as Shape,
        () =>
          walk.invoices
            .filter(({ appears, invoice }) => appears <= page && invoice.source === id)
            .map(({ invoice }) => invoice),
        (key) => page < walk.failsUntil && luck(`${walk.seed} ${page} ${id} ${key}`) < walk.failures,
      ),
    );
    // Without a cursor there is no walk yet, and the list is that of the new month.
    const isJune = page < walk.monthEnds || cursor === null;
    const now = () => Date.parse(isJune ? "2026-06-30T12:00:00Z" : "2026-07-01T12:00:00Z");
    const { lists } = requestOver(sources, accounts, { now });
    const args = forwards ? { first: size, after: cursor } : { last: size, before: cursor };
    const list = await lists.page(everything, filter, order, args);

    const nodes = list.edges.map(({ node }) => node);
    const sorted = [...nodes].sort((a, b) => compareExpected(a, b, order));
    expect(
      nodes.map(({ id }) => id),
      "each page is in order",
    ).toEqual(sorted.map(({ id }) => id));
    expect(nodes.length).toBeLessThanOrEqual(size);
    given.push(...(forwards ? nodes : nodes.toReversed()));
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = list.pageInfo;
    const isMore = forwards ? hasNextPage : hasPreviousPage;
    expect(isMore && nodes.length === 0, "whoever follows the pages comes to an end").toBe(false);
    cursor = forwards ? endCursor : startCursor;
    if (!isMore && page >= Math.max(walk.failsUntil, 5)) return { given, quiet };
  }
}

// 0 to 99, the same for the same text.
function luck(text: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % 100;
}
