/** Records that are read along the shape of earlier ones are read as JSON.parse has them read. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "../../../src/http/json.ts";
import { createComparison } from "../../../src/model/documented.ts";
import { unrecorded } from "../../../src/model/drift.ts";
import { createDriftLedger } from "../../../src/telemetry/drift.ts";
import { createReader } from "../../../src/sources/v6/answer.ts";
import { documentedInvoice } from "../../../src/sources/v6/documented.ts";
import { Shapes } from "../../../src/sources/v6/shape.ts";
import { neededRecord, ShapedRecord } from "../../../src/sources/v6/shaped.ts";
import { readRecords } from "../../../src/sources/v6/reply.ts";
import { ShapeReader } from "../../../src/sources/v6/shape-reader.ts";
import { plainly, sample, scope } from "./reading.ts";

/** How many of them were read along a shape. */
function shapedIn(values: readonly unknown[]): number {
  return values.filter((value) => value instanceof ShapedRecord).length;
}

/** Everything that is known of these batches when it is the values of `valuesIn` that are read. */
function readingWith(learning: boolean) {
  const recorder = createDriftLedger(() => 0);
  const comparison = createComparison(documentedInvoice, recorder.recorderOf("freight"));
  const shapes = new ShapeReader("freight", comparison);
  const reader = createReader(scope, comparison.examine);
  let along = 0;
  return {
    add(bytes: Buffer): void {
      const values = (learning ? shapes.read(bytes) : null) ?? (readJson(bytes, "freight") as unknown[]);
      along += shapedIn(values);
      reader.add({ values, bytes });
    },
    along: () => along,
    outcome() {
      const { invoices, ...told } = reader.read();
      const { entries, ...counts } = recorder.read("freight");
      const drift = entries.map((entry) => JSON.stringify(entry)).sort();
      // As listed, before anything is read again from the bytes.
      const listed = invoices.map((invoice) => ({ ...invoice, batch: null }));
      return { listed, invoices: invoices.map(plainly), ...told, drift, counts };
    },
  };
}

// Texts of JSON, and of what is none, one byte a character.
const utf8 = (text: string) => Buffer.from(text).toString("latin1");
const odd = fc.constantFrom(
  ..."0 -0 -0.0 00 01 - 1. .5 0.1 1.50 -5.25 +1 1e2 -1.5E+2 1a 99999999999.99 123456789012345".split(" "),
  ..."1234567890123456 12345678901234567.89 0.30000000000000004 0.00000000000001 0.000000000000001".split(
    " ",
  ),
  ...'true false null tru nulll NaN {} [] [1] {"a":1} [{}] [null] "" "10.00" "1234567890123456789"'.split(
    " ",
  ),
  ...'"2018-02-30" "24-01-2018" "20180124" "2018-1-4" "18-01-24" "abcd-ef-gh" "2017-12-31"'.split(" "),
  ...'"2018-01-24T10:00:00Z" "C" "d" "X" "001" "\\u00e9" "\\ud800" "\\ud8" "\\"" "\\\\" "\\x" "'.split(" "),
  ...'"a\tb" "\x01" "\x7f" "\xff" "\xc3" "\xe2\x82"'.split(" "),
  "1 2",
  '" a "',
  utf8('"Ærø"'),
  utf8('"\u{1F600}"'),
);

const usually = (...texts: readonly string[]) =>
  fc.oneof({ weight: 120, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: odd });
const amount = usually("10", "110", "0.91", "33.33", "-110", "111.1");
const object = (fields: Readonly<Record<string, fc.Arbitrary<string>>>) => {
  const names = Object.keys(fields);
  const present = fc.oneof(
    { weight: 18, arbitrary: fc.constant(names) },
    { weight: 1, arbitrary: fc.shuffledSubarray(names) },
    {
      weight: 1,
      arbitrary: fc.subarray([...names, "extra", "__proto__", "Amount", "INVOICEDATE", ...names]),
    },
  );
  return fc
    .tuple(present, fc.record(fields), odd)
    .map(
      ([chosen, values, other]) => `{${chosen.map((name) => `"${name}":${values[name] ?? other}`).join()}}`,
    );
};
const list = (objects: fc.Arbitrary<string>) =>
  fc.array(objects, { maxLength: 4 }).map((each) => `[${each.join()}]`);
const line = object({
  amount,
  price: amount,
  gstAmount: amount,
  quantity: usually("1", "2"),
  departmentCode: usually('"BRI"', '"0800"'),
  glCode: usually('"23"', '"4101"'),
});
const sound = object({
  businessName: usually('"Bench Pty Ltd"', utf8('"Ærø"')),
  invoiceDate: usually('"2018-01-24"', '"2018-01-25"'),
  dueDate: usually('"2018-02-07"'),
  taxAmount: amount,
  fileType: usually('"I"', '"C"'),
  customerCode: usually('"001"', '"002"'),
  lines: fc.oneof({ weight: 30, arbitrary: list(line) }, { weight: 1, arbitrary: odd }),
  creditReason: fc.oneof(
    usually("null"),
    object({ creditReasonCode: usually('"A"'), description: usually('"late"', '"lost"') }),
  ),
  invoiceNo: usually('"LT1"', '"LT2"', '"LT300000000000000000000000000000000"'),
  grossEntry: usually("true", "false"),
});
/** Whole records, and one of a hundred with a piece of something else in it, or cut off. */
const record = fc
  .tuple(
    sound,
    fc.nat({ max: 999 }),
    fc.nat(),
    fc.constantFrom(" ", "\n", "\x00", ",", "}", "]", '"', "\\", "{"),
  )
  .map(([text, chance, place, piece]) => {
    const at = place % (text.length + 1);
    if (chance >= 20) return text;
    return text.slice(0, at) + (chance < 4 ? "" : piece + text.slice(at + (chance < 12 ? 1 : 0)));
  });
const batches = fc.array(
  fc
    .tuple(
      fc.array(record, { minLength: 1, maxLength: 12 }),
      fc.constantFrom("", "", "", "", "", " ", "]", ",", "\xef\xbb\xbf"),
    )
    .map(([records, after]) => `[${records.join()}${after}]`),
  { minLength: 1, maxLength: 4 },
);

// In nearly all shapes of those above: else few would be of a known one.
const beginning = fc
  .sample(sound, { numRuns: 100, seed: 6 })
  .filter((text) => {
    try {
      return JSON.parse(text) !== null;
    } catch {
      return false;
    }
  })
  .slice(0, 12);

test("Any records are read, warned of, dropped and compared as those that JSON.parse has parsed", () => {
  let known = 0;
  fc.assert(
    fc.property(batches, (texts) => {
      const along = readingWith(true);
      const parsing = readingWith(false);
      for (const bytes of [`[${beginning.join()}]`, ...texts].map((text) => Buffer.from(text, "latin1"))) {
        const outcomes = [along, parsing].map((reading) => {
          try {
            reading.add(bytes);
            return "read";
          } catch (thrown) {
            return String(thrown);
          }
        });
        expect(outcomes[0]).toBe(outcomes[1]);
      }

      expect(along.outcome()).toEqual(parsing.outcome());

      known += along.along();
    }),
    { numRuns: 800, seed: 6 },
  );
  // Else it would say nothing of shapes.
  expect(known).toBeGreaterThan(4_500);
});

const sent = JSON.stringify(
  Array.from({ length: 2_000 }, (_, n) => ({
    ...sample,
    invoiceNo: `LT${n}`,
    taxAmount: n % 7 === 0 ? null : 0.91,
  })),
);

/** What becomes of a body that comes in pieces. */
async function readBody(text: string, learning: boolean) {
  const drift = createDriftLedger(() => 0);
  const comparison = createComparison(documentedInvoice, drift.recorderOf("freight"));
  const shapes = new ShapeReader("freight", comparison);
  const reader = createReader(scope, comparison.examine);
  const told: string[] = [];
  let along = 0;
  async function* body() {
    for (let at = 0; at < text.length; at += 30_000) yield Buffer.from(text.slice(at, at + 30_000));
  }
  const read = (array: Buffer) => (learning ? shapes.read(array) : null);
  try {
    const reply = { status: 200, headers: {}, body: body() };
    for await (const batch of readRecords(reply, "freight", 1e7, () => told.push("repaired"), read)) {
      along += shapedIn(batch.values);
      reader.add(batch);
    }
  } catch (thrown) {
    told.push(String(thrown));
  }
  const { invoices, dropped } = reader.read();
  return { along, outcome: { told, dropped, drift: drift.read("freight"), invoices: invoices.map(plainly) } };
}

describe("A body of many records", () => {
  test.each([
    ["that are all sound", sent, 1_500],
    ["with white space", JSON.stringify(JSON.parse(sent), null, 1), 0],
    ["with a comma too many in the middle", sent.replace('"invoiceNo":"LT1000"', "$&,"), 500],
    ["one of them cut", sent.replace('"LT1000"', '"LT10'), 500],
    ["with a byte order mark in the middle", sent.replace(',{"', ',\uFEFF{"'), 0],
    ["that ends early", sent.slice(0, -200), 1_500],
    ["with more after it", `${sent}]`, 1_500],
    ["that is no record, one of them", sent.replace(/"LT1000"[^}]*\},/, "$&7,"), 1_500],
  ])("%s is read, mended, dropped and refused as without shapes", async (_what, text, atLeast) => {
    const { along, outcome } = await readBody(text, true);

    expect(outcome).toEqual((await readBody(text, false)).outcome);
    expect(along).toBeGreaterThanOrEqual(atLeast);
  });
});

test("What stands within a field that is too far back to be compared is compared in no record", () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, 1]));
  const far = { ...many, lines: [{ amount: "no amount" }], invoiceNo: "LT1" };
  const bytes = Buffer.from(JSON.stringify([far, far, far]));

  const [along, parsing] = [true, false].map((learning) => {
    const reading = readingWith(learning);
    reading.add(bytes);
    return reading.outcome();
  });

  expect(along).toEqual(parsing);
});

test("Shapes keep no text of a record", () => {
  const shapes = new Shapes(neededRecord, createComparison(documentedInvoice, unrecorded));

  shapes.learn({ businessName: "A long name", grossEntry: true, lines: [{ amount: 1 }] });

  const kept: unknown[] = [];
  for (let step = shapes.first; step !== null; step = step.next) kept.push(step.constant);
  expect(kept).toEqual([null, true, null, null]);
});

test("However many records were of known shapes, a flood of others is not read one by one for long", () => {
  const shapes = new ShapeReader("freight", createComparison(documentedInvoice, unrecorded));
  const batchOf = (count: number, name: (n: number) => string) =>
    Buffer.from(JSON.stringify(Array.from({ length: count }, (_, n) => ({ [name(n)]: 1 }))));
  shapes.read(batchOf(100_000, () => "known"));

  let batches = 0;
  while (shapes.read(batchOf(10, (n) => `new ${batches} ${n}`)) !== null) batches++;

  expect(batches).toBeLessThan(20);
});

test("Shapes are given up where batch after batch is read in vain", () => {
  const shapes = new ShapeReader("freight", createComparison(documentedInvoice, unrecorded));
  const known = Array.from({ length: 1_000 }, () => '{"known":1}').join();
  for (let n = 0; n < 10; n++) shapes.read(Buffer.from(`[${known},7]`));

  const given = shapes.read(Buffer.from(`[${known}]`));

  expect(given).toBeNull();
});

test("Shapes are given up where most most records are of another one, and ever new ones are not kept without end", () => {
  const other = (name: string) => JSON.stringify({ ...sample, [name]: 1 });
  const shapes = new ShapeReader("freight", createComparison(documentedInvoice, unrecorded));
  const shapedOf = (...records: readonly string[]) => {
    const values = shapes.read(Buffer.from(`[${records.join()}]`));
    return values === null ? null : shapedIn(values);
  };

  expect(shapedOf(other("a"), other("a"))).toBe(1);
  for (let n = 0; n < 2_000; n++) shapedOf(other(`n${n}`), ...Array.from({ length: 9 }, () => other("a")));
  expect(shapedOf(other("z"), other("z"), other("a"))).toBe(1);
  for (let n = 0; n < 2_000; n++) shapedOf(other(`n${n}`));
  expect(shapedOf(other("a"))).toBeNull();
});
