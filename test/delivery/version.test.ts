/** The version of a rendered file: another one for whatever is rendered otherwise, and for nothing else. */
import { expect, test } from "vitest";
import { versionOf } from "../../src/delivery/version.ts";
import type { Customer } from "../../src/model/customer.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import { readInvoices, sample, scope } from "../sources/v6/reading.ts";

const customer: Customer = { id: "acme-id", key: "acme", name: "Acme", parentKey: null, accounts: [] };
const first = (...records: readonly object[]) => readInvoices(records, scope).invoices[0] as Invoice;
const version = (invoice: Invoice) => versionOf({ invoice, customer }, "PDF", "RENDERED");

test("An invoice has the version that it had before its lines were read, and beside other invoices", () => {
  const read = first(sample, { ...sample, invoiceNo: "LT002" });
  const unread = version(read);

  const lines = read.lines;

  expect(lines).toHaveLength(1);
  expect(version(read)).toBe(unread);
  expect(version(first(sample))).toBe(unread);
});

test("An invoice with another line has another version", () => {
  const changed = { ...sample, lines: [{ ...sample.lines[0], quantity: 2, price: 5 }] };

  expect(version(first(changed))).not.toBe(version(first(sample)));
});
