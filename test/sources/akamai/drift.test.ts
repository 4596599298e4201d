/** What Akamai says otherwise than its documents is noticed, and nothing else is. */
import { describe, expect, it } from "vitest";
import { driftOf, linesOf } from "../../support/drift.ts";

it("says what its samples say: no drift", async () => {
  const drift = await driftOf("akamai");

  expect(linesOf(drift)).toEqual([]);
  expect(drift.examined).toBeGreaterThan(100);
});

describe("each contradiction of its documents", () => {
  it.each([
    [
      "fileFormat",
      [
        "MISSING_FIELD listed file.fileCreationDate: yyyy-MM-dd or date-time -> ",
        "MISSING_FIELD listed file.fileLink: text -> ",
        "MISSING_FIELD listed file.sourceType: REGULAR, COMPUTE -> ",
        "OTHER_SPELLING listed file.contentType: contentType -> fileFormat",
      ],
    ],
    [
      "singleObjects",
      [
        "UNEXPECTED_TYPE downloaded invoice.END_CUSTOMER: list -> object",
        "UNEXPECTED_TYPE end customer.INVOICE_LINE: list -> object",
        "UNEXPECTED_TYPE invoice.files: list -> object",
      ],
    ],
    [
      "explicitNulls",
      [
        "UNEXPECTED_TYPE downloaded invoice.PO_NUMBER: text -> null",
        "UNEXPECTED_TYPE invoice line.PO_NUMBER: text -> null",
        "UNEXPECTED_TYPE invoice.invoiceDueDate: yyyy-MM-dd -> null",
      ],
    ],
    [
      "textIds",
      [
        "UNEXPECTED_TYPE downloaded invoice.INVOICE_ID: number -> text",
        "UNEXPECTED_TYPE invoice line.CREDITED_INVOICE_NUMBER: text -> number",
        "UNEXPECTED_TYPE invoice.invoiceId: number -> text",
      ],
    ],
    ["invoiceArray", ["UNEXPECTED_TYPE download.INVOICE: object -> list"]],
    ["debitWord", ["UNKNOWN_VALUE invoice.invoiceType: INVOICE, CREDIT_MEMO, DEBIT_MEMO -> Debit Note"]],
  ] as const)("%s is drift", async (quirk, expected) => {
    const drift = await driftOf("akamai", { quirks: [quirk], requestsPerMinute: 100_000 });

    expect(linesOf(drift)).toEqual(expected);
  });
});
