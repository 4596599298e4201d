/** What DDAPI says otherwise than its document is noticed, and nothing else is. */
import { describe, expect, it } from "vitest";
import { driftOf, linesOf } from "../../support/drift.ts";

it("says what its document says: no drift", async () => {
  const drift = await driftOf("ddapi");

  expect(linesOf(drift)).toEqual([]);
  expect(drift.examined).toBeGreaterThan(10);
});

describe("each oddity of its deployments", () => {
  it.each([
    ["ReverseTax", { reverseTax: true }, ["UNKNOWN_FIELD invoice settings.ReverseTax:  -> boolean"]],
    ["XML", { xmlOnly: true }, ["UNEXPECTED_FORMAT answer.(body): JSON -> XML"]],
    [
      "months in place of yes and no",
      { freeDeliveryMonthAsNumber: true },
      ["UNEXPECTED_TYPE payment terms.FreeDeliveryMonth: boolean -> number"],
    ],
  ] as const)("%s is drift", async (_title, quirks, expected) => {
    const drift = await driftOf("ddapi", { quirks });

    expect(linesOf(drift)).toEqual(expected);
  });

  it.each([
    [
      "keys in camel case",
      { camelCase: true },
      "OTHER_SPELLING currency.CurrencyCode: CurrencyCode -> currencyCode",
    ],
    ["values as texts", { valuesAsText: true }, "UNEXPECTED_TYPE payment terms.Days: number -> text"],
    ["nulls", { allNull: true }, "UNEXPECTED_TYPE invoice settings.CurrencyId: number -> null"],
  ] as const)("%s are drift of one kind", async (_title, quirks, one) => {
    const drift = await driftOf("ddapi", { quirks });

    expect(linesOf(drift)).toContain(one);
    expect(new Set(drift.entries.map(({ kind }) => kind)).size).toBe(1);
  });
});
