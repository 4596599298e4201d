/** What floLIVE says otherwise than its documents is noticed, and nothing else is. */
import { describe, expect, it } from "vitest";
import { driftOf, linesOf } from "../../support/drift.ts";

it("says what its samples say: no drift", async () => {
  const drift = await driftOf("flolive");

  expect(linesOf(drift)).toEqual([]);
  expect(drift.examined).toBeGreaterThan(100);
});

describe("each contradiction of its documents", () => {
  it.each([
    [
      "the table's names of the billing cycle",
      { cycleNames: "table" },
      [
        "OTHER_SPELLING invoice.billingCycleEndDate: billingCycleEndDate -> billingCycleEndTime",
        "OTHER_SPELLING invoice.billingCycleStartDate: billingCycleStartDate -> billingCycleStartTime",
      ],
    ],
    [
      "a due date with a time",
      { dueDateTime: true },
      ["UNEXPECTED_FORMAT invoice.dueDate: yyyy-MM-dd -> date-time with offset"],
    ],
    [
      "amounts as texts",
      { textAmounts: true },
      [
        "UNEXPECTED_TYPE invoice.netAmount: number -> text",
        "UNEXPECTED_TYPE invoice.taxAmount: number -> text",
        "UNEXPECTED_TYPE invoice.totalAmount: number -> text",
      ],
    ],
    [
      "customerID",
      { customerIDSpelling: true },
      [
        "OTHER_SPELLING customer.customerId: customerId -> customerID",
        "OTHER_SPELLING sub-customer.customerId: customerId -> customerID",
      ],
    ],
    [
      "a list of one as an object",
      { singleAsObject: true },
      ["UNEXPECTED_TYPE answer.content: list -> object"],
    ],
    [
      "the refusal of another API",
      { bulkRefusals: true },
      ["MISSING_FIELD refusal.errorCode: text -> ", "UNKNOWN_FIELD refusal.bulk:  -> list"],
    ],
    ["null for an empty list", { emptyContent: "null" }, ["UNEXPECTED_TYPE answer.content: list -> null"]],
    ["no content for an empty list", { emptyContent: "absent" }, ["MISSING_FIELD answer.content: list -> "]],
  ] as const)("%s is drift", async (_title, quirks, expected) => {
    const drift = await driftOf("flolive", { quirks });

    expect(linesOf(drift)).toEqual(expected);
  });
});

it("counts each record that it is met in", async () => {
  const { entries } = await driftOf("flolive", { quirks: { textAmounts: true } });

  const net = entries.find(({ field }) => field === "netAmount");

  expect(net?.count).toBeGreaterThan(50);
  expect(net?.count).toBe(net?.examined);
});
