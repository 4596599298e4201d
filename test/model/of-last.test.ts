/** A memory of one. */
import { describe, expect, it } from "vitest";
import { ofLast } from "../../src/model/of-last.ts";

describe("what is remembered of the last key", () => {
  it("is the same thing while the key is the same, null too", () => {
    const asked: number[] = [];
    const remembered = ofLast((key: number) => {
      asked.push(key);
      return key === 1 ? {} : null;
    });

    const [first, second] = [remembered(1), remembered(1)];
    const others = [remembered(2), remembered(2), remembered(1)];

    expect(second).toBe(first);
    expect(others).toEqual([null, null, {}]);
    expect(asked).toEqual([1, 2, 1]);
  });

  it("is not what failed: it is made again", () => {
    const remembered = ofLast((key: number) => new Date(key).toISOString());
    remembered(0);

    expect(() => remembered(Number.NaN)).toThrow(RangeError);
    expect(remembered(0)).toBe("1970-01-01T00:00:00.000Z");
  });
});
