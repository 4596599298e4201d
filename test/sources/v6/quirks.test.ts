/** Every row of V6's table of what disagrees or surprises, against a simulator that serves it. */
import { afterEach, describe, expect, it } from "vitest";
import type { Invoice } from "../../../src/model/invoice.ts";
import { isNegative, negateAmount } from "../../../src/model/money.ts";
import type { V6InvoiceFact } from "../../../src/simulators/facts.ts";
import { customerKey, customerServiceKey, type V6Quirks } from "../../../src/simulators/v6/options.ts";
import { readInvoices, readOne, sample, scope, warningsOf } from "./reading.ts";
import { askMonth, failureOf, type Running, startRunning } from "./running.ts";

const month = "2026-10";
let running: Running | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** The month's answer under these quirks, and what the world knows was issued in it. */
async function ask(quirks: V6Quirks, config: Record<string, unknown> = {}) {
  // Four times as many invoices as usual, so that the month has credit memos.
  running = await startRunning(config, { quirks }, { scale: 4 });
  const facts = running.world.v6
    .invoicesCreatedBetween("2026-09-01", "2026-11-22")
    .filter((fact) => fact.issuedOn.startsWith(month));
  const answer = await askMonth(running.source, month);
  const factOf = (invoice: Invoice): V6InvoiceFact => {
    const found = facts.find(
      (fact) =>
        `${fact.type} ${fact.number} ${fact.issuedOn}` === invoice.key.join(" ") &&
        fact.customerCode === invoice.account,
    );
    if (found === undefined) throw new Error(`nobody issued ${invoice.key.join(" ")}`);
    return found;
  };
  return { ...answer, facts, factOf };
}

describe("dates: table dd-MM-yyyy, samples yyyy-MM-dd, query ddMMyyyy", () => {
  it.each([{}, { tableDates: true }])("are the same days under %o", async (quirks) => {
    const { invoices, facts, factOf } = await ask(quirks);

    expect(invoices).toHaveLength(facts.length);
    expect(invoices.map((invoice) => invoice.dueOn)).toEqual(
      invoices.map((invoice) => factOf(invoice).dueOn),
    );
    expect(running?.simulator.log[0]?.query).toBe("fromDate=24092026&toDate=07112026");
  });

  it("with two-digit years are refused, and the invoice says so", async () => {
    const { invoices, factOf } = await ask({ twoDigitYears: true });
    const due = invoices.filter((invoice) => factOf(invoice).dueOn !== null);

    expect(due.length).toBeGreaterThan(5);
    expect(due.map((invoice) => invoice.dueOn)).toEqual(due.map(() => null));
    expect(due.every((each) => warningsOf(each, "VALUE_UNREADABLE")[0]?.fields[0] === "dueOn")).toBe(true);
  });
});

describe('departmentCode, glCode "Number", samples "BRI", "23"', () => {
  it("are texts with their zeros, as customerCode and postcode are", async () => {
    const { invoices, factOf } = await ask({});
    const codes = invoices.flatMap((invoice) =>
      invoice.lines.flatMap((line) => [line.glCode, line.departmentCode]),
    );

    expect(codes).toEqual(expect.arrayContaining(["0023", "BRI", "0800"]));
    expect(codes).toEqual(
      invoices.flatMap((i) => factOf(i).lines.flatMap((l) => [l.glCode, l.departmentCode])),
    );
    expect(invoices.map((invoice) => invoice.account)).toEqual(expect.arrayContaining(["001", "0007"]));
    expect(invoices.map((invoice) => invoice.billTo?.postcode)).toContain("0800");
  });

  it("may be numbers", async () => {
    const { invoices } = await ask({ numericCodes: true });
    const codes = invoices.flatMap((invoice) => invoice.lines.map((line) => line.glCode));

    expect(codes).toEqual(expect.arrayContaining(["23", "41", "4100"]));
    expect(codes).not.toContain("0023");
  });
});

describe("invoiceNo missing from the appendix", () => {
  it("is required in practice: without it a record is dropped, and that is said", async () => {
    const { invoices, dropped, facts } = await ask({ withoutNumbers: true });

    expect(invoices).toEqual([]);
    expect(dropped).toHaveLength(facts.length);
    expect(dropped[0]?.message).toMatch(/^An invoice of 2026-10-\d\d has no number/);
  });
});

describe("missing data is omitted, not null", () => {
  it("and every field but number, date and customer may be missing, null or blank", () => {
    const bare = { invoiceNo: "7", invoiceDate: "2018-01-02", customerCode: "001" };
    const nulls = Object.fromEntries(Object.keys(sample).map((name) => [name, null]));
    const blanks = Object.fromEntries(Object.keys(sample).map((name) => [name, " "]));

    const { invoices, dropped } = readInvoices(
      [bare, { ...nulls, ...bare, invoiceNo: "8" }, { ...blanks, ...bare, invoiceNo: "9" }],
      scope,
    );

    expect(dropped).toEqual([]);
    expect(invoices.map(({ number }) => number)).toEqual(["7", "8", "9"]);
    expect(invoices.map((each) => warningsOf(each, "VALUE_UNREADABLE"))).toEqual([[], [], []]);
  });
});

describe("samples are invalid JSON (trailing commas)", () => {
  it("and are read after one lenient pass", async () => {
    const { invoices, facts } = await ask({ trailingCommas: true });

    expect(invoices).toHaveLength(facts.length);
  });

  it("but what stays invalid is a named bad response", async () => {
    running = await startRunning();
    running.simulator.setFault({ kind: "answer", body: '[{"invoiceNo": "1",, }]' });

    const failure = await failureOf(askMonth(running.source, month));

    expect(failure).toMatchObject({ code: "SOURCE_BAD_RESPONSE", source: "freight", retryable: true });
  });
});

describe("grossEntry", () => {
  it("decides whether amounts include tax: totals are the world's own, and derived", async () => {
    const { invoices, factOf } = await ask({});

    expect(new Set(invoices.map((invoice) => factOf(invoice).grossEntry)).size).toBe(2);
    expect(invoices.map((each) => [each.netAmount, each.taxAmount, each.totalAmount])).toEqual(
      invoices.map(factOf).map(({ net, tax, total }) => [net, tax, total]),
    );
    expect(invoices.every((each) => each.derivedAmounts.join() === "NET,TOTAL")).toBe(true);
    expect(invoices.map((each) => each.lines.map((line) => line.totalAmount))).toEqual(
      invoices.map((each) => factOf(each).lines.map((line) => line.total)),
    );
  });
});

describe("header tax ≠ Σ line gst; amount ≠ price × quantity", () => {
  it("the header's tax wins, all is kept, and a warning names both amounts", async () => {
    const { invoices, factOf } = await ask({});
    const wrong = invoices.filter((invoice) => warningsOf(invoice, "TAX_DISAGREES").length > 0);

    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong).toEqual(invoices.filter((invoice) => factOf(invoice).disagrees));
    expect(wrong.map((each) => warningsOf(each, "TAX_DISAGREES")[0]?.stated)).toEqual(
      wrong.map((each) => factOf(each).tax),
    );
  });

  it("a line's amount stays as stated, with a warning", async () => {
    const { invoices } = await ask({ lineSurcharge: true });

    for (const invoice of invoices) {
      expect(warningsOf(invoice, "LINE_DISAGREES")).toHaveLength(invoice.lines.length);
    }
    expect(readOne({ lines: [{ amount: 10, price: 6, quantity: 2, gstAmount: 0.91 }] })).toMatchObject({
      totalAmount: "10.00",
      warnings: [{ code: "CURRENCY_CONFIGURED" }, { code: "LINE_DISAGREES", expected: "12.00" }],
    });
  });
});

describe("fileType C, D, I; the sign of C is unknown", () => {
  it.each([{}, { negativeCredits: true }])(
    "C is made non-positive under %o, and the raw value kept",
    async (quirks) => {
      const { invoices, factOf } = await ask(quirks);
      const credits = invoices.filter((invoice) => invoice.type === "CREDIT_MEMO");
      const isTurned = !("negativeCredits" in quirks);

      expect(credits.length).toBeGreaterThan(0);
      for (const credit of credits) {
        const { total, tax } = factOf(credit);
        expect(credit).toMatchObject({ totalAmount: total, taxAmount: tax });
        expect(isNegative(total)).toBe(true);
        expect(credit.lines.map((line) => line.totalAmount)).toEqual([total]);
        expect((credit.raw as { taxAmount: number }).taxAmount).toBe(
          Number(isTurned ? negateAmount(tax) : tax),
        );
        expect(warningsOf(credit, "SIGN_CHANGED")).toHaveLength(isTurned ? 1 : 0);
        expect(credit.creditReason).toEqual(factOf(credit).creditReason);
      }
    },
  );

  it("is read in lower case too", () => {
    expect(readOne({ fileType: "c" })).toMatchObject({ type: "CREDIT_MEMO", sourceType: "c" });
    expect(readOne({ fileType: "c" }).id).toBe(readOne({ fileType: "C" }).id);
  });

  it.each([
    ["X", "X"],
    [undefined, null],
  ])("an unknown type (%s) is UNKNOWN, with a warning", (fileType, sourceType) => {
    const invoice = readOne({ fileType });

    expect(invoice).toMatchObject({ type: "UNKNOWN", sourceType, totalAmount: "10.00" });
    expect(warningsOf(invoice, "TYPE_UNKNOWN")).toHaveLength(1);
  });
});

describe('"created within" the range, not issued', () => {
  it("so invoices created in neighbouring months are found by over-fetching", async () => {
    const { invoices, facts } = await ask({});
    const elsewhere = facts.filter((fact) => !fact.createdOn.startsWith(month));

    expect(elsewhere.length).toBeGreaterThan(0);
    expect(invoices).toHaveLength(facts.length);
    expect(new Set(invoices.map((invoice) => invoice.issuedOn?.slice(0, 7)))).toEqual(new Set([month]));
  });

  it("and are lost without it", async () => {
    const { invoices, facts } = await ask({}, { overfetchDays: { before: 0, after: 0 } });

    expect(invoices.length).toBeLessThan(facts.length);
  });
});

describe("fromDate must be before toDate", () => {
  it("and is, for any month, even without over-fetching", async () => {
    running = await startRunning({ overfetchDays: { before: 0, after: 0 } });
    const { source, simulator } = running;

    await Promise.all(["2026-02", "2026-09", "2026-11"].map((each) => askMonth(source, each)));

    expect(simulator.log.map((record) => record.status)).toEqual([200, 200, 200]);
  });
});

describe("errors {httpStatusCode, msg, violations[]} as free text", () => {
  it.each([
    {},
    { brokenErrors: true },
    { errorsWithin200: true },
    { brokenErrors: true, errorsWithin200: true },
  ])("are the failure of their status under %o, with the text for operators only", async (quirks) => {
    running = await startRunning({ apiKey: "wrong" }, { quirks });

    const failure = await failureOf(askMonth(running.source, month));

    expect(failure).toMatchObject({ code: "SOURCE_UNAUTHORIZED", source: "freight", retryable: false });
    expect(failure.detail).toContain("Invalid API Key");
    expect(failure.message).toBe("freight refuses the configured credentials.");
  });

  it("trusts the HTTP status where the body says another", async () => {
    running = await startRunning();
    const body = '{"violations": ["fromDate - wrong", ], "httpStatusCode": 400, "msg": "Bad Request",}';
    running.simulator.setFault({ kind: "status", status: 503, body });

    const failure = await failureOf(askMonth(running.source, month));

    expect(failure.code).toBe("SOURCE_UNAVAILABLE");
    expect(failure.detail).toBe('HTTP 503: Bad Request ["fromDate - wrong"]');
  });
});

describe("numbers may repeat across types and carriers", () => {
  it("and on other days and for other customers: every one has its own id", () => {
    const records = [
      sample,
      { ...sample, fileType: "C" },
      { ...sample, fileType: "X" },
      { ...sample, invoiceDate: "25-01-2018" },
      { ...sample, customerCode: "1" },
    ];

    const here = readInvoices(records, scope).invoices;
    const there = readInvoices(records, { ...scope, source: "other-carrier" }).invoices;

    expect(new Set([...here, ...there].map((invoice) => invoice.id)).size).toBe(10);
  });
});

describe("one answer covers every customer of the key", () => {
  it("of a CUSTOMER_SERVICE user all, of a CUSTOMER user its own", async () => {
    running = await startRunning({ apiKey: customerServiceKey });
    const all = await askMonth(running.source, month);
    await running.close();
    running = await startRunning({ apiKey: customerKey("0007") });

    const own = await askMonth(running.source, month);

    expect(new Set(all.invoices.map((invoice) => invoice.account)).size).toBeGreaterThan(5);
    expect(new Set(own.invoices.map((invoice) => invoice.account))).toEqual(new Set(["0007"]));
    expect(own.invoices).toHaveLength(all.invoices.filter((invoice) => invoice.account === "0007").length);
  });
});
