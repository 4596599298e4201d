/** Moments as texts: what Date would write. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { instantAt } from "../../src/model/instant.ts";

const most = 8_640_000_000_000_000;

test("a moment is written as Date writes it, also after others of the same second and of other centuries", () => {
  const moment = fc.oneof(
    fc.integer({ min: -most, max: most }),
    fc.integer({ min: 0, max: 2_500 }),
    fc.double({ min: -2_500, max: 2_500, noNaN: true }),
  );

  fc.assert(
    fc.property(fc.array(moment, { minLength: 1 }), (moments) => {
      expect(moments.map(instantAt)).toEqual(moments.map((ms) => new Date(ms).toISOString()));
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, most + 1_000, -most - 1])("%d is no moment", (ms) => {
  expect(() => instantAt(ms)).toThrow(RangeError);
  expect(instantAt(0)).toBe("1970-01-01T00:00:00.000Z");
});
