/** The comparison of records with their documents: exact for every record, and safe against any. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createExaminer, type Documented, optional, required } from "../../src/model/documented.ts";
import { type Drift, shownName, shownWord, unrecorded } from "../../src/model/drift.ts";

const documented: Documented = {
  record: "thing",
  fields: {
    id: required("text"),
    amount: required("number"),
    day: optional("yyyy-MM-dd"),
    kind: { ...optional("text"), values: ["A", "B"] },
    parts: { ...optional("list"), of: { record: "part", fields: { size: required("number", "null") } } },
  },
};

/** How often each thing was counted for these records, by one examiner for all. */
function countsOf(records: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const examine = createExaminer(documented, {
    counterOf({ kind, record, field, seen }: Drift) {
      const name = `${kind} ${record}.${field} ${seen}`;
      return () => (counts[name] = (counts[name] ?? 0) + 1);
    },
    examinedOf: () => () => {},
  });
  for (const record of records) examine(record);
  return counts;
}

it("counts every record, also when records of several makes take turns", () => {
  const good = { id: "1", amount: 2, day: "2026-01-02", kind: "A", parts: [{ size: 1 }, { size: null }] };

  const counts = countsOf([
    good,
    { ...good, amount: "2" },
    good,
    { ...good, amount: "3", day: "02-01-2026" },
    { id: "1", Amount: 2, extra: [] },
    { ...good, amount: "2" },
    { ...good, kind: "C", parts: [{ size: "1" }, { size: 2 }, { size: "1" }] },
    { amount: 1 },
  ]);

  expect(counts).toEqual({
    "UNEXPECTED_TYPE thing.amount text": 3,
    "UNEXPECTED_FORMAT thing.day dd-MM-yyyy": 1,
    "OTHER_SPELLING thing.amount Amount": 1,
    "UNKNOWN_FIELD thing.extra list": 1,
    "UNKNOWN_VALUE thing.kind C": 1,
    "UNEXPECTED_TYPE part.size text": 2,
    "MISSING_FIELD thing.id ": 1,
  });
});

it("takes a number that no double holds for a number, though it is read as text", () => {
  const counts = countsOf([{ id: "1", amount: "12345678901234567.89" }]);

  expect(counts).toEqual({});
});

it("counts the same in whatever order records come", () => {
  const value = fc.oneof(
    fc.constant("A"),
    fc.constant(1),
    fc.constant(null),
    fc.constant("2026-01-02"),
    fc.constant(true),
  );
  const record = fc.dictionary(fc.constantFrom("id", "amount", "day", "kind", "DAY", "more"), value);

  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const alone = records.map((each) => countsOf([each]));
      const summed: Record<string, number> = {};
      for (const counts of alone)
        for (const [name, count] of Object.entries(counts)) summed[name] = (summed[name] ?? 0) + count;
      expect(countsOf(records)).toEqual(summed);
    }),
  );
});

it("is harmed by nothing that a source may send", () => {
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index]));
  const makes = Array.from({ length: 5_000 }, (_, index) => ({ id: "1", amount: 1, [`f${index}`]: 1 }));
  const hostile = JSON.parse('{"__proto__": 1, "constructor": 2, "id": "1", "amount": 1}') as object;

  const counts = countsOf([null, 1, "text", [], wide, ...makes, hostile, { ["x".repeat(1e6)]: 1 }]);

  expect(counts["UNKNOWN_FIELD thing.__proto__ number"]).toBe(1);
  expect(counts["UNKNOWN_FIELD thing.constructor number"]).toBe(1);
  expect(Object.keys(counts).every((name) => name.length < 100)).toBe(true);
});

it("remembers no long names, of which a source could send any number", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const examine = createExaminer(documented, unrecorded);
  // Shapes of objects, which hold names, are given up by V8 only after some collections.
  async function heldBytes(): Promise<number> {
    for (let round = 0; round < 12; round++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return process.memoryUsage().heapUsed;
  }
  const before = await heldBytes();

  for (let index = 0; index < 300; index++) examine({ [`${index}${"x".repeat(200_000)}`]: 1 });

  expect((await heldBytes()) - before).toBeLessThan(20_000_000);
});

it.each([
  ["billingCycleStartTime", "billingCycleStartTime"],
  ["ITEM_DESC", "ITEM_DESC"],
  ["b52f-31e2-44aa", "(a name that is not shown)"],
  ["ann@example.com", "(a name that is not shown)"],
  ["<script>", "(a name that is not shown)"],
  ["", "(a name that is not shown)"],
])("shows %j as %j", (name, shown) => {
  expect(shownName(name)).toBe(shown);
});

it.each([
  ["CREDIT_MEMO", "CREDIT_MEMO"],
  ["Debit Note", "Debit Note"],
  ["eyJhbGciOiJIUzI1NiJ9", "(a value that is not shown)"],
  ["Ann Example of Example Street", "(a value that is not shown)"],
  ["4100", "(a value that is not shown)"],
])("shows the word %j as %j", (word, shown) => {
  expect(shownWord(word)).toBe(shown);
});
