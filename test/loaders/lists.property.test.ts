import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { InvoiceFilter } from "../../src/listing/filter.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import { compareExpected, isExpected } from "./expected.ts";
import { type Shape, memorySource, requestOver } from "./memory.ts";
import { accounts, everything, filters, invoices, orders, shapes, sourceIds } from "./worlds.ts";

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
