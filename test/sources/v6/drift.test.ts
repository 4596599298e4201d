/** What V6 says otherwise than its document is noticed, and nothing else is. */
import { describe, expect, it } from "vitest";
import { driftOf, linesOf } from "../../support/drift.ts";

it("says what its samples say: no drift", async () => {
  const drift = await driftOf("v6");

  expect(linesOf(drift)).toEqual([]);
  expect(drift.examined).toBeGreaterThan(100);
});

describe("each contradiction of its document", () => {
  it.each([
    [
      "the appendix's dates",
      { tableDates: true },
      [
        "UNEXPECTED_FORMAT invoice.dueDate: yyyy-MM-dd -> dd-MM-yyyy",
        "UNEXPECTED_FORMAT invoice.invoiceDate: yyyy-MM-dd -> dd-MM-yyyy",
      ],
    ],
    [
      "the appendix's codes",
      { numericCodes: true },
      [
        "UNEXPECTED_TYPE invoice line.departmentCode: text -> number",
        "UNEXPECTED_TYPE invoice line.glCode: text -> number",
      ],
    ],
    [
      "commas before closing brackets",
      { trailingCommas: true },
      ["UNEXPECTED_FORMAT answer.(body): JSON -> not strict JSON"],
    ],
    [
      "the appendix's lack of a number",
      { withoutNumbers: true },
      ["MISSING_FIELD invoice.invoiceNo: text -> "],
    ],
    [
      "years of two digits",
      { twoDigitYears: true },
      ["UNEXPECTED_FORMAT invoice.dueDate: yyyy-MM-dd -> two-digit year"],
    ],
  ] as const)("%s: drift", async (_title, quirks, expected) => {
    const drift = await driftOf("v6", { quirks });

    expect(linesOf(drift)).toEqual(expected);
  });
});
