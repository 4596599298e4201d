import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson, withoutTrailingCommas } from "../../src/http/json.ts";
import { jsonElements } from "../../src/http/json-elements.ts";
import { elementEnds } from "../../src/http/json-scanner.ts";
import { Failure } from "../../src/model/errors.ts";

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** Every element as it was parsed, and parsed once more from its own bytes. */
async function readElements(
  text: string | Buffer,
  sizes: readonly number[] = [65_536],
  maxBytes = 10_000_000,
) {
  const values: unknown[] = [];
  const again: unknown[] = [];
  let batches = 0;
  const body = inPieces(Buffer.from(text), sizes);
  for await (const batch of jsonElements(body, {
    source: "freight",
    maxBytes,
    repair: withoutTrailingCommas,
    notAnArray: (start) => new Failure("SOURCE_ERROR", { detail: start }),
  })) {
    batches++;
    const ends = elementEnds(batch.bytes);
    for (const [index, value] of batch.values.entries()) {
      values.push(value);
      const from = index === 0 ? 1 : (ends[index - 1] ?? 0) + 1;
      const text = batch.bytes.toString("utf8", from, ends[index]);
      again.push(readJson(text, "freight", withoutTrailingCommas));
    }
  }
  return { values, again, batches };
}

const failureOf = (text: string, maxBytes?: number) =>
  readElements(text, [7], maxBytes).then(
    () => "read",
    (thrown: unknown) =>
      thrown instanceof Failure ? `${thrown.code} ${thrown.detail ?? ""}`.trim() : thrown,
  );

test("Any array, cut anywhere, is read as readJson reads it whole, and each element stands by itself in its bytes", async () => {
  const records = fc.array(fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" }), { maxLength: 20 });
  const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

  await fc.assert(
    fc.asyncProperty(records, pieces, fc.constantFrom(0, 2), async (array, sizes, indent) => {
      const text = JSON.stringify(array, null, indent);

      const { values, again } = await readElements(text, sizes);

      expect(values).toEqual(readJson(text, "freight"));
      expect(again).toEqual(values);
    }),
    { numRuns: 500 },
  );
});

test("A long array comes in batches of some 64 KB, none of them cut inside an element", async () => {
  const array = Array.from({ length: 5_000 }, (_, n) => ({ n, text: `"],[{,${"x".repeat(n % 90)}\\` }));

  const { values, again, batches } = await readElements(JSON.stringify(array), [1_000]);

  expect(values).toEqual(array);
  expect(again).toEqual(array);
  expect(batches).toBe(Math.ceil(JSON.stringify(array).length / 65_536));
});

describe("A long array of objects that begin alike", () => {
  const misleading = '},{"n":1}]},\n  {"n"';
  const objects = Array.from({ length: 4_000 }, (_, n) => ({
    n,
    within: [{ n: 1 }, { n: 2 }, { n: [{ n: 3 }, { n: misleading }] }],
    text: misleading.slice(n % 17),
  }));

  test.each([undefined, 2, "\t"])("is cut between them, indented by %j", async (indent) => {
    const text = JSON.stringify(objects, null, indent);

    const { values, again, batches } = await readElements(text, [9_000, 20_000, 1]);

    expect(values).toEqual(objects);
    expect(again).toEqual(objects);
    expect(batches).toBeGreaterThan(text.length / 65_536 / 2);
  });

  test.each([
    ["trailing commas in the middle", (text: string) => text.replace('"n":2000,', '"x":[1,],"n":2000,')],
    [
      "another beginning from the middle on",
      (text: string) => text.replaceAll(/"n":([23]\d{3}),/g, '"m":$1,'),
    ],
    [
      "one element that is longer than all others together",
      (text: string) => `${text.slice(0, -1)},"${"},".repeat(200_000)}"]`,
    ],
    ["no object at its beginning", (text: string) => text.replace("[", "[7,")],
  ])("is read with %s", async (_what, changed) => {
    const text = changed(JSON.stringify(objects));

    const { values, again } = await readElements(text, [65_536]);

    expect(values).toEqual(readJson(text, "freight", withoutTrailingCommas));
    expect(again).toEqual(values);
  });

  test.each([
    ["a bracket too many in the middle", (text: string) => text.replace('{"n":2000,', '[{"n":2000,')],
    ["an end in the middle", (text: string) => text.replace(',{"n":2000,', '],{"n":2000,')],
    ["no end", (text: string) => text.slice(0, -1)],
    ["more after its end", (text: string) => `${text}]`],
  ])("is refused with %s", async (_what, changed) => {
    const outcome = readElements(changed(JSON.stringify(objects)));

    await expect(outcome).rejects.toMatchObject({ code: "SOURCE_BAD_RESPONSE" });
  });
});

test("Long numbers keep their digits, in the batch that holds them", async () => {
  const { values } = await readElements('[{"a":12345678901234567.89},{"a":0.1}]');

  expect(values).toEqual([{ a: "12345678901234567.89" }, { a: 0.1 }]);
});

test.each([
  "[1,2,]",
  '[{"a":[1,],},2]',
  "\uFEFF [1,2]",
  "[1,\n2]\n\t ",
  "[]",
  " [ ] ",
  `[${"1,".repeat(80_000)}]`,
])("Is read: %s", async (text) => {
  const { values } = await readElements(text.replace("\uFEFF", "\uFEFF"), [3]);

  expect(values).toEqual(JSON.parse(withoutTrailingCommas(text.replace("\uFEFF", ""))));
});

describe("What is not one array", () => {
  test.each([
    "[1,2",
    '[1,"2]',
    "[1]2",
    "[1][2]",
    "[}",
    "[1}",
    "[1,,2]",
    "[,1]",
    "[1 2]",
    "[{]",
    '["\\"',
    "[NaN]",
  ])("is a bad response: %s", async (text) => {
    expect(await failureOf(text)).toBe("SOURCE_BAD_RESPONSE");
  });

  test.each(['{"httpStatusCode":401}', "<html>", "", "  ", "null"])(
    "is judged by the caller: %j",
    async (text) => {
      expect(await failureOf(text)).toBe(`SOURCE_ERROR ${text}`.trim());
    },
  );

  test("is given up at the cap", async () => {
    expect(await failureOf(`[${"1,".repeat(1_000)}1]`, 1_000)).toBe("SOURCE_TOO_LARGE");
  });
});
