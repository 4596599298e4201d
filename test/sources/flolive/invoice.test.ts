/** Invoices that keep little: what they read again is what was sent, and the same each time. */
import { describe, expect, test } from "vitest";
import { type Invoice, invoiceId, valuesOf, withWarnings } from "../../../src/model/invoice.ts";
import { toInvoice } from "../../../src/sources/flolive/invoice.ts";
import { accountOf, answered, ask, invoicesFrom } from "./flolive.ts";

const acme = accountOf("acme");
const records = Array.from({ length: 9 }, (_, n) => ({
  id: `0000000${n}-0001-4aaa-8bbb-00000000000${n}`,
  invoiceNumber: `Ærø ${n}`,
  creationTime: `2024-0${n + 1}-02T03:04:05.006+02:00`,
  billingCycleStartDate: "2024-01-01",
  billingCycleEndDate: n === 3 ? "soon" : "2024-01-31",
  currency: "usd",
  netAmount: n,
  taxAmount: n === 5 ? "?" : "0.50",
  totalAmount: n + 0.5,
  dueDate: `2024-0${n + 1}-28T23:00:00-05:00`,
}));

describe("an invoice of a list", () => {
  test("is the invoice that its record is by itself", async () => {
    const invoices = await invoicesFrom(records);

    const alone = records.map((record) => valuesOf(toInvoice(record, acme, "sim") as Invoice));
    expect(invoices.map(valuesOf)).toEqual(alone);
    expect(invoices.map(({ warnings }) => warnings.length)).toEqual([0, 0, 0, 1, 0, 1, 0, 0, 0]);
  });

  test("has the key of its record, whether its id was asked for before or not", async () => {
    const invoices = await invoicesFrom([{ id: "7a" }, { id: " 8b " }, { id: 9 }]);

    const before = invoices.map(({ key }) => key);
    const ids = invoices.map(({ id }) => id);
    const after = invoices.map(({ key }) => key);

    expect(before).toEqual([["7a"], ["8b"], ["9"]]);
    expect(after).toEqual(before);
    expect(invoices.map(({ id }) => id)).toEqual(ids);
    expect(ids).toEqual(
      ["7a", "8b", "9"].map((key) => invoiceId({ source: "sim", account: acme, key: [key] })),
    );
  });

  test("gives its record and its text, also after entries that are no records, and on a later page", async () => {
    const pages = [
      [null, records[0], 7, records[1]],
      ["", [], records[2]],
    ];
    const { source } = await answered(({ query }) => ({
      body: JSON.stringify({
        content: pages[Number(query.get("page"))],
        pageable: { totalPages: 2 },
      }),
    }));

    const { invoices, dropped } = await ask(source, acme);

    expect(invoices.map(({ raw }) => raw)).toEqual(records.slice(0, 3));
    expect(invoices.map(({ sent }) => sent?.LIST?.text)).toEqual(
      records.slice(0, 3).map((record) => JSON.stringify(record)),
    );
    expect(dropped).toHaveLength(4);
  });

  test("gives the record that is alone in place of a list, also where the body had to be repaired", async () => {
    const text = String.raw`{"id":"7","invoiceNumber":"ID\s","netAmount":12345678901234567890}`;

    const [invoice] = await invoicesFrom(`{"errorCode":"","content":${text}}`);

    expect(invoice?.raw).toEqual({
      id: "7",
      invoiceNumber: String.raw`ID\s`,
      netAmount: "12345678901234567890",
    });
    expect(invoice?.sent?.LIST?.text).toBe(text);
    expect(invoice?.number).toBe(String.raw`ID\s`);
  });

  test("holds no record, not even when all of it was read", async () => {
    const [first] = (await invoicesFrom(records)) as [Invoice];
    const before = Object.keys(first);

    const { raw } = { ...valuesOf(first), raw: first.raw };

    expect(Object.values(first)).not.toContainEqual(raw);
    expect(Object.keys(first)).toEqual(before);
  });

  test("keeps all that with one warning more", async () => {
    const first = (await invoicesFrom(records))[3] as Invoice;
    const repeated = {
      code: "NUMBER_REPEATED",
      message: "",
      fields: [],
      stated: null,
      expected: null,
    } as const;

    const warned = withWarnings(withWarnings(first, [repeated]), [repeated]);

    expect(warned.warnings).toEqual([...first.warnings, repeated, repeated]);
    expect({ ...valuesOf(warned), warnings: [] }).toEqual({ ...valuesOf(first), warnings: [] });
    expect(warned.raw).toEqual(records[3]);
    expect(first.warnings.map(({ code }) => code)).toEqual(["VALUE_UNREADABLE"]);
  });
});

test("A record whose id no id of ours can carry is left out, and the others are not", async () => {
  const body = `{"content":[{"id":"\\ud800"},${JSON.stringify(records[0])}]}`;

  const invoices = await invoicesFrom(body);

  expect(invoices.map(({ key }) => key)).toEqual([[records[0]?.id]]);
});

test.each([
  ["each has one of its own", ["1", "2"], true],
  ["they rise", ["1", "2", "3"], true],
  ["they fall", ["3", "2", "1"], true],
  ["they are in no order", ["1", "3", "2"], true],
  ["one comes again at once", ["1", "1"], false],
  ["one comes again later", ["1", "2", "1"], false],
  ["one comes again after one without", ["1", null, "1"], false],
  ["several have none", ["1", null, null], true],
])("Whether numbers differ is told of an answer in which %s", async (_title, numbers, differ) => {
  const content = numbers.map((invoiceNumber, n) => ({ id: `i${n}`, invoiceNumber }));
  const { source } = await answered(() => ({ body: JSON.stringify({ content }) }));

  const answer = await ask(source, acme);

  expect(answer.invoices).toHaveLength(numbers.length);
  expect(answer.numbersDiffer).toBe(differ);
});
