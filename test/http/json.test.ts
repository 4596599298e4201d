/** Upstream JSON: digits survive, sloppy bodies are repaired once, and what is no JSON is named. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readJson, withoutLoneBackslashes, withoutTrailingCommas } from "../../src/http/json.ts";
import { Failure } from "../../src/model/errors.ts";
import { toAmount } from "../../src/model/money.ts";

function failureOf(body: Buffer | string): Failure {
  try {
    readJson(body, "freight");
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
  }
  throw new Error("no failure");
}

test.each([
  "12345678901234567.89",
  "-9007199254740993",
  "0.12345678901234567",
  "123456789012345678901234567890",
])("The JSON number %s survives digit for digit, wherever it stands", (number) => {
  expect(readJson(`{"total":${number}}`, "freight")).toEqual({ total: number });
  expect(readJson(`[1, ${number}]`, "freight")).toEqual([1, number]);
  expect(readJson(`\n ${number}`, "freight")).toBe(number);
  expect(readJson(number, "freight")).toBe(number);
});

test("Short numbers are numbers, also beside a long one", () => {
  expect(readJson('{"a":185.1,"b":12345678901234567.89,"c":1e3}', "freight")).toEqual({
    a: 185.1,
    b: "12345678901234567.89",
    c: 1000,
  });
});

test("Any amount of up to 20 digits keeps its value from JSON number to text", () => {
  const amount = fc
    .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 99 }))
    .map(([isMinus, whole, cents]) => `${isMinus ? "-" : ""}${whole}.${String(cents).padStart(2, "0")}`);
  fc.assert(
    fc.property(amount, (text) => {
      const { total } = readJson(`{"total":${text}}`, "freight") as { total: unknown };

      expect(toAmount(total, "USD")).toBe(text === "-0.00" ? "0.00" : text);
    }),
    { numRuns: 1_000 },
  );
});

test("Any JSON value is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      // Long doubles become text on purpose; values without any are compared.
      fc.pre(!/\d[\d.eE+-]{15,}/.test(text) && !text.includes("__proto__"));

      expect(readJson(text, "freight")).toEqual(JSON.parse(text));
    }),
  );
});

test("Of a repeated key the last value counts, beside a long number too", () => {
  const short = readJson('{"total":1,"total":2}', "freight");
  const long = readJson('{"total":1,"id":12345678901234567890,"total":2}', "freight");

  expect(short).toEqual({ total: 2 });
  expect(long).toEqual({ total: 2, id: "12345678901234567890" });
});

test("A byte order mark is no part of the JSON", () => {
  expect(readJson(Buffer.from("\uFEFF[1]"), "freight")).toEqual([1]);
});

test("Trailing commas are repaired outside strings only", () => {
  const text = '{"name":"a,} \\",]",\n"lines":[1,2,],}';

  expect(readJson(text, "freight", withoutTrailingCommas)).toEqual({ name: 'a,} ",]', lines: [1, 2] });
});

test("A text that never ends takes no more time to repair than it is long", () => {
  const text = `{"name":"${'\\"'.repeat(30_000)}`;
  const start = process.cpuUsage();

  const repaired = withoutTrailingCommas(text);

  expect(repaired).toBe(text);
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(500);
});

test("A backslash that starts no escape stands for itself, and real escapes stay", () => {
  const text = String.raw`{"a":"ID\s invalid","b":"\"\\\n\u00e5","c":"C:\users"}`;

  expect(readJson(text, "floLIVE", withoutLoneBackslashes)).toEqual({
    a: String.raw`ID\s invalid`,
    b: '"\\\nå',
    c: String.raw`C:\users`,
  });
});

test.each([
  ["<!doctype html><html></html>", "a page of HTML or XML"],
  ["  ", "an empty body"],
  ["{oops", "a body that is not JSON"],
  ['{"a":12345678901234567890,', "a body that is not JSON"],
])("%j is a bad response, named without its text", (body, what) => {
  const failure = failureOf(body);

  expect(failure.code).toBe("SOURCE_BAD_RESPONSE");
  expect(failure.source).toBe("freight");
  expect(failure.message).toBe(`freight answered with ${what} where JSON was due.`);
});

test("A body that stays broken after its repair is a bad response", () => {
  expect(() => readJson('{"a":[1,]', "freight", withoutTrailingCommas)).toThrow("not JSON");
});

test("A body is read as its text is: no digit is lost to what stands before a long number, wherever that is", () => {
  const value = fc.constantFrom(
    "1",
    "12345678901234567.89",
    '"12345678"',
    '"1234567890123456789"',
    "-0.5e3",
    "[]",
  );
  const key = fc.constantFrom("a", "code", "e", "eeeeeeee", "12345678", "invoiceDate");

  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (pairs) => {
      const text = `[${pairs.map(([name, each]) => `{"${name}":${each}}`).join(",")}]`;

      expect(readJson(Buffer.from(text), "freight")).toEqual(readJson(text, "freight"));
    }),
    { numRuns: 5_000 },
  );
});
