/** Invoices for the renderer's tests: each test overrides what it is about. */
import type { Customer } from "../../../src/model/customer.ts";
import { blankInvoice, type Invoice, type InvoiceLine } from "../../../src/model/invoice.ts";
import type { RenderedFile } from "../../../src/delivery/renderer.ts";
import { blankLine } from "../../support/blank-line.ts";

export const acme: Customer = {
  id: "Q3VzdG9tZXI6YWNtZQ",
  key: "acme",
  name: "Acme",
  parentKey: null,
  accounts: [{ source: "freight", reference: "001" }],
};

/** A line in which everything is missing but what is given. */
export function line(given: Partial<InvoiceLine>): InvoiceLine {
  return { ...blankLine, ...given };
}

/** An invoice over one line of 3 x 50.00 and 10 % tax. */
export function invoice(given: Partial<Invoice> = {}): Invoice {
  return {
    ...blankInvoice,
    id: "SW52b2ljZTpmcmVpZ2h0OjAwMTpJOjEwMDE",
    source: "freight",
    account: "001",
    key: ["I", "1001"],
    number: "1001",
    type: "INVOICE",
    sourceType: "I",
    issuedOn: "2026-02-28",
    dueOn: "2026-03-30",
    currency: "AUD",
    currencyOrigin: "CONFIGURED",
    netAmount: "150.00",
    taxAmount: "15.00",
    totalAmount: "165.00",
    lines: [
      line({
        description: "Freight",
        quantity: "3",
        unitPrice: "50.00",
        netAmount: "150.00",
        taxAmount: "15.00",
        totalAmount: "165.00",
      }),
    ],
    ...given,
  };
}

/** For how much CPU time in a row, in milliseconds, the work let nothing else have its turn; more than 0. */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  const cpuMs = () => process.cpuUsage().user / 1_000;
  let [longest, usedMs] = [0, cpuMs()];
  const look = () => {
    longest = Math.max(longest, cpuMs() - usedMs);
    usedMs = cpuMs();
  };
  const timer = setInterval(look, 1);
  await work();
  clearInterval(timer);
  look();
  return longest;
}

/** The whole file. */
export async function read(file: RenderedFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
