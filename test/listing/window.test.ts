/** Which days a list covers. */
import { describe, expect, test } from "vitest";
import { issueWindow } from "../../src/listing/window.ts";

const today = "2026-11-23";

function windowOf(from: string | null, to: string | null) {
  const { range, cuts } = issueWindow({ from, to }, today, 60)!;
  return { range: `${range.from} ${range.to}`, cuts: cuts.map((cut) => `${cut.from} ${cut.to}`) };
}

describe("The days of a list", () => {
  test.each([
    [null, null, "2025-12-01 2026-11-30"],
    ["2026-01-15", null, "2026-01-15 2026-11-30"],
    ["2027-03-05", null, "2027-03-05 2027-03-31"],
    [null, "2024-02-10", "2023-03-01 2024-02-10"],
    ["2021-12-31", "2026-11-01", "2021-12-31 2026-11-01"],
    ["2040-01-01", "2044-12-31", "2040-01-01 2044-12-31"],
  ])("from %s to %s are %s", (from, to, range) => {
    expect(windowOf(from, to)).toEqual({ range, cuts: [] });
  });

  test.each([
    ["2000-01-10", "2026-11-20", "2021-12-01 2026-11-20", ["2000-01-10 2021-11-30"]],
    ["1990-01-01", "2010-06-30", "2005-07-01 2010-06-30", ["1990-01-01 2005-06-30"]],
    ["2026-01-10", "9999-12-31", "2026-01-10 2030-12-31", ["2031-01-01 9999-12-31"]],
    ["0000-01-01", "9999-12-31", "2022-01-01 2026-12-31", ["0000-01-01 2021-12-31", "2027-01-01 9999-12-31"]],
    ["2030-05-05", "2099-01-01", "2030-05-05 2035-04-30", ["2035-05-01 2099-01-01"]],
  ])("from %s to %s, more than 60 months, are cut to %s", (from, to, range, cuts) => {
    expect(windowOf(from, to)).toEqual({ range, cuts });
  });

  test("are none when the range ends before it begins", () => {
    expect(issueWindow({ from: "2026-12-01", to: "2026-11-30" }, today, 60)).toBeNull();
  });
});
