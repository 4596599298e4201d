/** Amounts: exact, alike however they were written, and the fast path says what the BigInt path says. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  absoluteAmount,
  addAmounts,
  compareAmounts,
  decimalsUsed,
  isDecimal,
  isProduct,
  isSum,
  isZero,
  minorUnits,
  multiplyAmounts,
  negateAmount,
  nonPositive,
  subtractAmounts,
  sumAmounts,
  toAmount,
  toCurrency,
  toDecimal,
} from "../../src/model/money.ts";
import { addScaled, isNear, multiplyScaled, readScaled, writeScaled } from "../../src/model/scaled.ts";

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));

/** Decimals around both sides of the fast path's limits: up to 20 digits before the point and 9 after it. */
const decimal = fc
  .tuple(
    fc.boolean(),
    fc.oneof(digits(1, 3), digits(1, 9), digits(9, 20)),
    fc.oneof(fc.constant(""), digits(1, 2), digits(1, 9)),
  )
  .map(
    ([isMinus, whole, fraction]) =>
      toDecimal(`${isMinus ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`) ?? "0",
  );

const tolerance = fc.constantFrom("0", "0.005", "0.01", "1");
const currency = fc.constantFrom("USD", "JPY", "KWD", "CLF", null);

const big = (text: string) => readScaled(text)!;
const least = (code: string | null) => (code === null ? 0 : (minorUnits(code) ?? 0));

test.each([
  [185.1, "USD", "185.10"],
  ["185.10", "USD", "185.10"],
  ["185.1000", "USD", "185.10"],
  [" +185.1 ", "USD", "185.10"],
  ["1.851e2", "USD", "185.10"],
  [0, "USD", "0.00"],
  [-0, "USD", "0.00"],
  ["-0.00", "USD", "0.00"],
  ["-0", null, "0"],
  ["007.5", "USD", "7.50"],
  [".5", "USD", "0.50"],
  ["5.", "USD", "5.00"],
  [211, "JPY", "211"],
  ["211.00", "JPY", "211"],
  ["1.2", "KWD", "1.200"],
  ["0.005", "USD", "0.005"],
  [1e21, "USD", "1000000000000000000000.00"],
  [1e-7, "USD", "0.0000001"],
  ["12345678901234567.89", "USD", "12345678901234567.89"],
  ["3", "ZZZ", "3"],
])("The amount %j in %s is written %s", (value, code, expected) => {
  expect(toAmount(value, code)).toBe(expected);
});

test.each([
  null,
  undefined,
  true,
  "",
  " ",
  ".",
  "-",
  "1,000",
  "1.2.3",
  "0x10",
  "NaN",
  "Infinity",
  {},
  "--1",
  "1e99999",
])("%j is not an amount", (value) => {
  expect(toAmount(value, "USD")).toBeNull();
  expect(toDecimal(value)).toBeNull();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, "9".repeat(401)])(
  "The number %s is not an amount",
  (value) => {
    expect(toAmount(value, "USD")).toBeNull();
  },
);

test("White space takes no more time than it is long", () => {
  const spaces = " ".repeat(50_000);
  const start = process.cpuUsage();

  const read = [toDecimal(`${spaces}x`), toDecimal(`${spaces}1.5${spaces}`)];

  const { user } = process.cpuUsage(start);
  expect(read).toEqual([null, "1.5"]);
  expect(user / 1_000).toBeLessThan(500);
});

test("A bigint is an amount", () => {
  expect(toAmount(12n, "EUR")).toBe("12.00");
});

test("0.1 and 0.2 make 0.3, and three times 0.1 makes 0.3", () => {
  expect(addAmounts("0.1", "0.2", null)).toBe("0.3");
  expect(sumAmounts(["0.1", "0.1", "0.1"], "USD")).toBe("0.30");
  expect(multiplyAmounts("3", "0.1", "USD")).toBe("0.30");
  expect(subtractAmounts("0.3", "0.1", "USD")).toBe("0.20");
});

test("The sum of nothing is zero of its currency", () => {
  expect(sumAmounts([], "USD")).toBe("0.00");
  expect(sumAmounts(new Set<string>(), "JPY")).toBe("0");
});

test("Amounts beyond a double stay exact", () => {
  expect(addAmounts("12345678901234567.89", "0.01", "USD")).toBe("12345678901234567.90");
  expect(compareAmounts("12345678901234567.89", "12345678901234567.88")).toBe(1);
  expect(addAmounts("9007199254740993", "0", null)).toBe("9007199254740993");
  expect(sumAmounts(["900719925474.0992", "0.0001"], "USD")).toBe("900719925474.0993");
});

test("Signs: a credit memo's amount is never positive, and zero has no sign", () => {
  expect(nonPositive("5.00")).toBe("-5.00");
  expect(nonPositive("-5.00")).toBe("-5.00");
  expect(nonPositive("0.00")).toBe("0.00");
  expect(negateAmount("-5.00")).toBe("5.00");
  expect(absoluteAmount("-5.00")).toBe("5.00");
  expect(isZero("-0.000")).toBe(true);
  expect(isZero("0.001")).toBe(false);
});

test("Arithmetic on a text that is no decimal is a mistake of ours, and throws", () => {
  expect(() => addAmounts("1", "x", null)).toThrow("not a decimal");
  expect(() => compareAmounts("1", "")).toThrow("not a decimal");
});

test("ISO 4217 gives the decimals of a currency, and null for a code it does not list", () => {
  expect(["JPY", "EUR", "KWD", "HUF", "ZZZ"].map(minorUnits)).toEqual([0, 2, 3, 2, null]);
  expect([" usd ", "USD", "US", "dollars", null, undefined].map(toCurrency)).toEqual([
    "USD",
    "USD",
    null,
    null,
    null,
    null,
  ]);
});

test("Any decimal is written the same by the fast and by the BigInt path", () => {
  fc.assert(
    fc.property(decimal, currency, (text, code) => {
      expect(toAmount(text, code)).toBe(writeScaled(big(text), least(code)));
    }),
    { numRuns: 2_000 },
  );
});

test("Any sum, product and comparison is the one of the BigInt path", () => {
  fc.assert(
    fc.property(decimal, decimal, decimal, currency, (a, b, c, code) => {
      const sum = [a, b, c].map(big).reduce(addScaled);

      expect(sumAmounts([a, b, c], code)).toBe(writeScaled(sum, least(code)));
      expect(multiplyAmounts(a, b, code)).toBe(writeScaled(multiplyScaled(big(a), big(b)), least(code)));
      const difference = addScaled(big(a), big(negateAmount(b))).units;
      expect(compareAmounts(a, b)).toBe(difference === 0n ? 0 : difference < 0n ? -1 : 1);
    }),
    { numRuns: 2_000 },
  );
});

test("isSum and isProduct say what the BigInt path says, also at the edge of the tolerance", () => {
  const nudge = fc.constantFrom("0", "0.005", "-0.005", "0.0051", "0.01", "-0.01", "0.010001", "-1", "1.01");
  fc.assert(
    fc.property(decimal, decimal, nudge, tolerance, (a, b, off, within) => {
      const sum = addScaled(big(a), big(b));
      const product = multiplyScaled(big(a), big(b));
      const nearSum = writeScaled(addScaled(sum, big(off)), 2);
      const nearProduct = writeScaled(addScaled(product, big(off)), 2);

      expect(isSum([a, b], nearSum, within)).toBe(isNear(sum, big(nearSum), big(within)));
      expect(isProduct(a, b, nearProduct, within)).toBe(isNear(product, big(nearProduct), big(within)));
    }),
    { numRuns: 2_000 },
  );
});

test("A double's own shortest digits are kept", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
      expect(Number(toAmount(value, "USD"))).toBe(value === 0 ? 0 : value);
    }),
  );
});

test("What is written is in the one form, and trailing zeros do not change equality", () => {
  fc.assert(
    fc.property(decimal, fc.nat(5), (text, zeros) => {
      const padded = `${text}${text.includes(".") ? "" : "."}${"0".repeat(zeros)}`;

      expect(isDecimal(toAmount(padded, "USD")!)).toBe(true);
      expect(toAmount(padded, "USD")).toBe(toAmount(text, "USD"));
      expect(decimalsUsed(toAmount(text, "USD")!)).toBe((text.split(".")[1] ?? "").length);
    }),
  );
});

test("Adding and subtracting again gives the first amount back", () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      expect(compareAmounts(subtractAmounts(addAmounts(a, b, "USD"), b, "USD"), a)).toBe(0);
    }),
  );
});

test("Sums and products of the longest numbers are exact, and can be worked with again", () => {
  const [large, small] = ["1e300", "1e-300"].map((text) => toAmount(text, "EUR") as string);

  const sum = addAmounts(large!, small!, "EUR");
  const product = multiplyAmounts(sum, sum, "EUR");

  expect(sum).toBe(`1${"0".repeat(300)}.${"0".repeat(299)}1`);
  expect(subtractAmounts(sum, large!, "EUR")).toBe(small);
  expect(isProduct(sum, sum, product, "0")).toBe(true);
});
