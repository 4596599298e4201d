/** Days, instants, months, amounts and currencies are written into answers without a look at their characters: here is why they may be. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf, isDay, isMonth } from "../../src/model/day.ts";
import { toInstant } from "../../src/model/instant.ts";
import { toAmount, toCurrency, toDecimal } from "../../src/model/money.ts";

const good = fc.constantFrom(
  "2026-02-28",
  "2026-02",
  "2026-02-28T10:00:00.977Z",
  "2026-02-28 10:00:00+02:00",
  "1,185.10",
  "-185.1",
  "1e3",
  "eur",
);
const bad = fc.constantFrom('"', "\\", "\n", "\u0000", "\ud83d", "é", '","x":"', " ", "7");

/** Texts that are nearly what is wished for, with something strange in place of a few of their characters. */
const sent = fc.oneof(
  fc.string(),
  fc
    .tuple(good, bad, fc.nat(30), fc.nat(2))
    .map(([text, strange, at, length]) => text.slice(0, at) + strange + text.slice(at + length)),
);

test("Whatever a source sends, what is read of it as one of them has no character that JSON escapes", () => {
  fc.assert(
    fc.property(sent, (text) => {
      const all = [
        dayOf(text),
        toInstant(text),
        toDecimal(text),
        toAmount(text, "USD"),
        toAmount(text, null),
        toCurrency(text),
        isDay(text) ? text : null,
        isMonth(text) ? text : null,
      ];

      expect(all.filter((each) => each !== null && !/^[A-Z\d.:-]+$/.test(each))).toEqual([]);
    }),
    { numRuns: 5_000 },
  );
});
