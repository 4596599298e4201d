/** Whatever happens between looks, and whenever a listener reads: what it is told adds up to what is there. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Known, compare, createPending, nothingKnown } from "../../src/live/changes.ts";
import type { Collection } from "../../src/listing/found.ts";
import { type Invoice, blankInvoice } from "../../src/model/invoice.ts";

const sources = ["freight", "flolive"] as const;

function invoice(source: string, number: number, totalAmount: number): Invoice {
  const id = `${source} ${number}`;
  return {
    ...blankInvoice,
    id,
    source,
    account: "1",
    key: [id],
    issuedOn: "2026-05-05",
    totalAmount: `${totalAmount}`,
  };
}

/** What a look brings when each source has these invoices, and null stands for one that fails. */
function collection(worlds: readonly (readonly Invoice[] | null)[]): Collection {
  return {
    parts: sources.map((source, index) => ({
      id: source,
      source,
      failed: worlds[index] === null,
      undecided: [],
      found: (worlds[index] ?? []).map((each) => ({ invoice: each, customer: undefined as never })),
    })),
    reports: sources.map((source, index) => ({
      source,
      status: worlds[index] === null ? "FAILED" : "OK",
      errors: [],
      fetchedAt: null,
      asked: null,
      covered: null,
      missing: [],
      dropped: [],
      count: 0,
    })),
  };
}

const world = (source: string) =>
  fc.option(
    fc
      .dictionary(fc.constantFrom("1", "2", "3", "4"), fc.integer({ min: 1, max: 3 }))
      .map((amounts) => Object.entries(amounts).map(([id, amount]) => invoice(source, Number(id), amount))),
    { freq: 3 },
  );
const looks = fc.array(
  fc.record({ worlds: fc.tuple(world(sources[0]), world(sources[1])), reads: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
);

it("a listener that applies what it is told knows what each source said last", async () => {
  await fc.assert(
    fc.asyncProperty(looks, async (all) => {
      let known: Known = nothingKnown;
      const pending = createPending(1_000);
      const own = new Map<string, string>();
      const last = new Map<string, readonly Invoice[]>();
      const apply = () => {
        for (const { kind, id, invoice: told } of pending.take(1_000).changes) {
          if (kind === "REMOVED") expect(own.delete(id)).toBe(true);
          else {
            expect(own.has(id)).toBe(kind === "CHANGED");
            own.set(id, told.totalAmount ?? "");
          }
        }
      };

      for (const { worlds, reads } of all) {
        const compared = await compare(known, collection(worlds), { from: "2026-05-01", to: "2026-06-30" });
        known = compared.known;
        pending.add(compared.changes);
        sources.forEach((source, index) => {
          const now = worlds[index];
          if (now === null || now === undefined) return;
          // What a source has when it first answers is where the listener begins: it loads the list.
          if (!last.has(source)) for (const { id, totalAmount } of now) own.set(id, totalAmount ?? "");
          last.set(source, now);
        });
        if (reads) apply();
      }
      apply();

      const there = [...last.values()].flat().map(({ id, totalAmount }) => [id, totalAmount]);
      expect([...own].toSorted()).toEqual(there.toSorted());
    }),
    { numRuns: 1_000 },
  );
});

describe("a source that never answers wholly", () => {
  const range = { from: "2026-05-01", to: "2026-06-30" };
  const part = (id: string, found: readonly Invoice[] | null) => ({
    id,
    source: "flolive",
    failed: found === null,
    undecided: [],
    found: (found ?? []).map((each) => ({ invoice: each, customer: undefined as never })),
  });
  // Of two accounts one is refused, and a record of the other cannot be read: so it is at every look.
  function look(first: readonly Invoice[] | null, second: readonly Invoice[] | null): Collection {
    const [whole] = collection([[], []]).reports;
    const report = { ...whole!, source: "flolive", status: "PARTIAL" as const, dropped: ["One has no id."] };
    return { parts: [part("first", first), part("second", second)], reports: [report] };
  }

  it("is told of what is new in what it answers, and of nothing that goes", async () => {
    const before = await compare(nothingKnown, look([invoice("flolive", 1, 1)], null), range);

    const after = await compare(before.known, look([invoice("flolive", 2, 1)], null), range);

    expect(before.changes).toEqual([]);
    expect(after.changes.map(({ kind, id }) => [kind, id])).toEqual([["ADDED", "flolive 2"]]);
  });

  it("brings nothing new with the first answer of what has failed from the beginning, and with the next one does", async () => {
    const before = await compare(nothingKnown, look([], null), range);

    const first = await compare(before.known, look([], [invoice("flolive", 1, 1)]), range);
    const failed = await compare(first.known, look([], null), range);
    const second = await compare(
      failed.known,
      look([], [invoice("flolive", 1, 1), invoice("flolive", 2, 1)]),
      range,
    );

    expect([first.changes, failed.changes]).toEqual([[], []]);
    expect(second.changes.map(({ kind, id }) => [kind, id])).toEqual([["ADDED", "flolive 2"]]);
  });
});
