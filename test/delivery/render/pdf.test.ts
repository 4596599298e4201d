/** Rendered PDFs, read back by poppler's pdftotext. */
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { createRenderer } from "../../../src/delivery/render/index.ts";
import type { Customer } from "../../../src/model/customer.ts";
import { Ending } from "../../../src/model/ending.ts";
import { Failure } from "../../../src/model/errors.ts";
import type { Invoice } from "../../../src/model/invoice.ts";
import { acme, invoice, line, longestTurnMs, read } from "./samples.ts";

const hasPoppler = spawnSync("pdftotext", ["-v"]).error === undefined;
if (!hasPoppler)
  process.stderr.write("SKIPPED: pdftotext (Debian's poppler-utils) is missing, no PDF is read back.\n");

async function pdfOf(document: Invoice, customer: Customer = acme): Promise<Buffer> {
  return read(await createRenderer().render(document, customer, "PDF", new Ending()));
}

/** One text for each page, laid out as seen. */
async function pagesOf(document: Invoice, customer: Customer = acme): Promise<string[]> {
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: await pdfOf(document, customer) });
  return text.toString("utf8").split("\f").slice(0, -1);
}

async function textOf(document: Invoice, customer: Customer = acme): Promise<string> {
  const text = (await pagesOf(document, customer)).join("\n");
  // poppler wraps right-to-left runs in embedding marks of its own.
  return text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "");
}

test("the same invoice gives the same bytes on another day", async () => {
  const today = await pdfOf(invoice());
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2031-05-05T05:05:05Z") });

  const later = await pdfOf(invoice());

  vi.useRealTimers();
  expect(later.equals(today)).toBe(true);
});

const longText = "Consignment of many ".repeat(80);
const noBillTo = { name: null, address: null, city: null, postcode: null, accountReference: null };
const named = (name: string) => ({ billTo: { ...noBillTo, name } });

test.each([
  ["a hundred long lines", { lines: Array.from({ length: 100 }, () => line({ description: longText })) }],
  [
    "3,000 lines without text",
    { lines: Array.from({ length: 3_000 }, () => line({ netAmount: "1.00", totalAmount: "1.00" })) },
  ],
  ["a name of 100,000 letters", named("x".repeat(100_000))],
  ["a letter with 30,000 accents", named(`x${"\u0301".repeat(30_000)}`)],
])("an invoice with %s holds nobody up while it is written", async (_name, values) => {
  const document = invoice(values);
  // What is used first is loaded first.
  await pdfOf(invoice());

  const longest = await longestTurnMs(() => createRenderer().render(document, acme, "PDF", new Ending()));

  expect(longest).toBeLessThan(600);
});

test("a PDF that nobody waits for any more is not written to its end", async () => {
  const ending = new Ending();
  const left = new Failure("CANCELLED");
  const document = invoice(named("x".repeat(20_000)));
  // What is used first is loaded first.
  await pdfOf(invoice());

  const rendered = createRenderer().render(document, acme, "PDF", ending);
  ending.end(left);

  await expect(rendered).rejects.toBe(left);
});

test("a PDF ends where a reader looks for its end", async () => {
  const pdf = await pdfOf(invoice());

  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pdf.subarray(-1024).toString("latin1")).toMatch(/startxref\s+\d+\s+%%EOF\s*$/);
});

describe.skipIf(!hasPoppler)("what the PDF says", () => {
  test("an invoice shows its facts, its lines and where it comes from", async () => {
    const text = await textOf(
      invoice({
        billingPeriod: { from: "2026-02-01", to: "2026-02-28" },
        purchaseOrder: "PO-77",
        billTo: {
          name: "Acme Pty Ltd",
          accountReference: "001",
          address: "12 Long Street",
          city: "Darwin",
          postcode: "0800",
        },
      }),
    );

    expect(text).toMatch(/^Invoice/);
    expect(text).toMatch(/Number\s+1001/);
    expect(text).toMatch(/Issued on\s+2026-02-28/);
    expect(text).toMatch(/Due on\s+2026-03-30/);
    expect(text).toMatch(/Billing period\s+2026-02-01 to 2026-02-28/);
    expect(text).toMatch(/Purchase order\s+PO-77/);
    expect(text).toMatch(/AUD \(configured for the source\)/);
    expect(text).toMatch(/Acme Pty Ltd/);
    expect(text).toMatch(/0800 Darwin/);
    expect(text).toMatch(/1\s+Freight\s+3\s+50\.00\s+150\.00\s+15\.00\s+165\.00/);
    expect(text).toMatch(/Net\s+AUD 150\.00/);
    expect(text).toMatch(/Tax\s+AUD 15\.00/);
    expect(text).toMatch(/Total\s+AUD 165\.00/);
    expect(text).toContain("Rendered by InvoiceGraph from freight's data");
    expect(text).toContain("Page 1 of 1");
  });

  test("derived amounts are marked and stated ones are not", async () => {
    const text = await textOf(invoice({ derivedAmounts: ["NET", "TOTAL"] }));

    expect(text).toMatch(/Net\s+AUD 150\.00\*/);
    expect(text).toMatch(/Tax\s+AUD 15\.00\s/);
    expect(text).toMatch(/Total\s+AUD 165\.00\*/);
    expect(text).toContain("* Derived from the other amounts; freight does not state it.");
  });

  test("an invoice without derived amounts has no footnote about them", async () => {
    const text = await textOf(invoice());

    expect(text).not.toContain("*");
  });

  test("a credit memo says what it does, why, and which invoices it credits", async () => {
    const text = await textOf(
      invoice({
        type: "CREDIT_MEMO",
        netAmount: "-150.00",
        taxAmount: "-15.00",
        totalAmount: "-165.00",
        creditReason: { code: "DMG", description: "Damaged in transit" },
        creditedNumbers: ["998", "999"],
      }),
    );

    expect(text).toMatch(/^Credit memo/);
    expect(text).toContain("This credit memo reduces what the customer owes by AUD 165.00.");
    expect(text).toContain("Reason: DMG: Damaged in transit");
    expect(text).toContain("It credits invoices 998, 999.");
    expect(text).toMatch(/Total credit\s+AUD -165\.00/);
  });

  test("a debit memo says that it raises what is owed", async () => {
    const text = await textOf(invoice({ type: "DEBIT_MEMO" }));

    expect(text).toMatch(/^Debit memo/);
    expect(text).toContain("This debit memo increases what the customer owes by AUD 165.00.");
  });

  test("a warning is printed as it is worded", async () => {
    const message = "Net 150.00 and tax 15.00 make 165.00, but the invoice's total is 166.00.";
    const text = await textOf(
      invoice({
        warnings: [
          {
            code: "TOTAL_DISAGREES",
            message,
            fields: ["totalAmount"],
            stated: "166.00",
            expected: "165.00",
          },
        ],
      }),
    );

    expect(text).toContain(message);
  });

  test.each([
    ["Nordic", "Ærø Færgefart, Blåbærsyltetøy og Þórshöfn"],
    ["Central European", "Łódź Przewoźnik, Škoda Žďár, Győr"],
    ["Greek and Cyrillic", "Ελληνικά Ταχυδρομεία, Почта России"],
    ["Japanese", "株式会社テスト商事 カーゴ"],
    ["Chinese", "上海浦东国际机场货运服务费"],
    ["traditional Chinese", "臺灣鐵路貨運"],
    ["Korean", "서울물류 주식회사"],
    ["Hebrew", "שירותי הובלה"],
    ["Arabic", "شركة النور للتجارة"],
  ])("a name in %s reads the same in the PDF", async (_script, name) => {
    const text = await textOf(
      invoice({
        billTo: { name, accountReference: null, address: null, city: null, postcode: null },
        lines: [line({ description: name, netAmount: "150.00" })],
      }),
    );

    expect(text.split(name)).toHaveLength(3);
  });

  test("a number inside right-to-left text keeps its own direction", async () => {
    const text = await textOf(invoice({ lines: [line({ description: "رقم INV-12/7", netAmount: "1.00" })] }));

    expect(text).toContain("INV-12/7");
  });

  test("right-to-left words run from right to left, also around Latin ones", async () => {
    const pdf = await pdfOf(
      invoice({ lines: [line({ description: "رقم INV-12/7 النور (دبي)", netAmount: "1.00" })] }),
    );

    const boxes = execFileSync("pdftotext", ["-bbox", "-", "-"], { input: pdf }).toString("utf8");
    // poppler gives a right-to-left word's signs as they stand from left to right.
    const leftOf = (word: string) => Number(new RegExp(`xMin="([\\d.]+)"[^>]*>${word}<`).exec(boxes)?.[1]);
    const [first, second, third] = ["\u0645\u0642\u0631", "INV-12/7", "\u0631\u0648\u0646\u0644\u0627"].map(
      leftOf,
    );
    expect(first).toBeGreaterThan(second ?? Number.NaN);
    expect(second).toBeGreaterThan(third ?? Number.NaN);
  });

  test("many lines fill several pages, each with the table's head and its number, and none is lost", async () => {
    const lines = Array.from({ length: 75 }, (_, index) =>
      line({ description: `Consignment ${index + 1} of many`, netAmount: "2.00", glCode: "4010" }),
    );

    const pages = await pagesOf(invoice({ lines }));

    expect(pages.length).toBeGreaterThan(2);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain("Description");
    }
    for (const page of pages.slice(1)) expect(page).toContain("Invoice 1001 (continued)");
    for (let number = 1; number <= 75; number++)
      expect(pages.filter((page) => page.includes(`Consignment ${number} of many`))).toHaveLength(1);
  });

  test("a description longer than a page goes on, and nothing of it is lost", async () => {
    const words = Array.from({ length: 1500 }, (_, index) => `w${index}.`);

    const text = await textOf(
      invoice({ lines: [line({ description: words.join(" "), netAmount: "1.00" })] }),
    );

    for (const word of words) expect(text).toContain(word);
  });

  test("signs that no font has become visible placeholders, and hidden ones cannot turn a name round", async () => {
    const text = await textOf(
      invoice({
        lines: [
          line({ description: "Truck 🚚 family 👩‍👩‍👧 lone \ud800 nul\u0000 end", netAmount: "1.00" }),
          line({ description: "invoice\u202Efdp.exe", netAmount: "1.00" }),
        ],
      }),
    );

    expect(text).toContain("Truck \ufffd family \ufffd lone \ufffd nul end");
    expect(text).toContain("invoicefdp.exe");
  });

  test("an amount too long for its column is made smaller, not cut", async () => {
    const amount = "123456789012345678901234567890.123456";

    const text = await textOf(invoice({ lines: [line({ description: "Much", netAmount: amount })] }));

    expect(text).toContain(amount);
  });

  test("an invoice of which next to nothing is known is still a document", async () => {
    const text = await textOf(
      invoice({
        number: null,
        type: "UNKNOWN",
        sourceType: null,
        issuedOn: null,
        dueOn: null,
        currency: null,
        currencyOrigin: "UNKNOWN",
        netAmount: null,
        taxAmount: null,
        totalAmount: null,
        lines: [],
      }),
    );

    expect(text).toMatch(/^Billing document/);
    expect(text).toMatch(/Total\s+not stated/);
    expect(text).toContain("Acme");
  });
});
