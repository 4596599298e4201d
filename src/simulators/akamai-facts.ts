/** Akamai's invoices, credit memos and debit memos of a contract and usage month, with their lines. */
import { amountText, decimalText, minorDigitsOf, toUnits } from "./amounts.ts";
import { addDays, addMonths, dayOf, lastDayOf, monthNumber } from "./calendar.ts";
import type { AkamaiInvoiceFact, CustomerFact, InvoiceLineFact } from "./facts.ts";
import { cdnProducts, createCreditLine, createLine, creditReasons, sumOfLines } from "./lines.ts";
import { createRandom, type Random } from "./random.ts";

export interface AkamaiRecipe {
  seed: number;
  scale: number;
  customer: CustomerFact;
  contractId: string;
  /** The place of the contract among all. */
  contractIndex: number;
  usageMonth: string;
}

/** What was issued for the usage of a month, the invoices first; a future month is the caller's to leave out. */
export function createAkamaiInvoices(recipe: AkamaiRecipe): AkamaiInvoiceFact[] {
  const { seed, scale, contractIndex, contractId, usageMonth } = recipe;
  const turn = monthNumber(usageMonth) + contractIndex;
  const ordinary = Math.max(1, Math.round((1 + (turn % 2)) * scale));
  const invoices: AkamaiInvoiceFact[] = [];
  for (let nth = 0; nth < ordinary; nth += 1) {
    const random = createRandom(seed, `akamai ${contractId} ${usageMonth} ${nth}`);
    invoices.push(createInvoice(recipe, random, nth, createLines(recipe, random, random.int(1, 4))));
  }
  const random = createRandom(seed, `akamai memos ${contractId} ${usageMonth}`);
  const first = invoices[0]!;
  if (turn % 3 === 0) {
    const line = createCreditLine(first.lines[0]!, String(first.invoiceId), first.currency);
    const memo = createInvoice(recipe, random, invoices.length, [line]);
    const creditedInvoiceNumber = String(first.invoiceId);
    invoices.push({
      ...memo,
      type: "CREDIT_MEMO",
      creditReason: random.pick(creditReasons),
      creditedInvoiceNumber,
    });
  }
  if (turn % 7 === 0) {
    const memo = createInvoice(recipe, random, invoices.length, createLines(recipe, random, 1));
    invoices.push({ ...memo, type: "DEBIT_MEMO" });
  }
  return invoices;
}

function createInvoice(
  recipe: AkamaiRecipe,
  random: Random,
  nth: number,
  lines: InvoiceLineFact[],
): AkamaiInvoiceFact {
  const { customer, contractId, contractIndex, usageMonth } = recipe;
  const { currency } = customer;
  const turn = monthNumber(usageMonth) + contractIndex + nth;
  const disagrees = turn % 11 === 3;
  const told = disagrees ? withOneTooMany(lines, currency) : lines;
  const issuedOn = dayOf(addMonths(usageMonth, 1), 1 + (nth % 5));
  // A place of its own for each contract and month, so that ids are unique however few of them are made.
  const place = contractIndex * 1000 + monthNumber(usageMonth) - monthNumber("2016-04");
  return {
    invoiceId: 3_000_000_000 + place * 100_000 + nth,
    customerId: customer.id,
    accountId: customer.akamai!.accountId,
    contractId,
    type: "INVOICE",
    usageMonth,
    issuedOn,
    finalizedOn: addDays(issuedOn, nth % 2),
    dueOn: turn % 6 === 0 ? null : addDays(issuedOn, 30),
    currency,
    version: turn % 8 === 0 ? 2 : 1,
    net: amountText(sumOfLines(told, "net", currency), currency),
    tax: amountText(sumOfLines(told, "tax", currency), currency),
    total: amountText(sumOfLines(told, "total", currency), currency),
    disagrees,
    purchaseOrder: turn % 4 === 0 ? null : String(1_234_567_890 + (turn % 5)),
    orderId: `1-23AB${random.int(100, 999)}`,
    sourceTypes: usageMonth >= "2024-02" && contractIndex % 2 === 0 ? ["REGULAR", "COMPUTE"] : ["REGULAR"],
    creditReason: null,
    creditedInvoiceNumber: null,
    lines: told,
  };
}

function createLines(recipe: AkamaiRecipe, random: Random, count: number): InvoiceLineFact[] {
  const { usageMonth, customer } = recipe;
  return Array.from({ length: count }, (_, index) =>
    createLine(random, {
      lineNumber: index + 1,
      products: cdnProducts,
      currency: customer.currency,
      taxPerMille: random.pick([0, 0, 100, 190]),
      isGross: false,
      extraPriceDigits: 2,
      largestQuantity: 5000,
      periodStart: dayOf(usageMonth, 1),
      periodEnd: lastDayOf(usageMonth),
      purchaseOrder: index === 1 ? "4500000042" : null,
    }),
  );
}

function withOneTooMany(lines: InvoiceLineFact[], currency: string): InvoiceLineFact[] {
  const [first, ...others] = lines;
  const digits = minorDigitsOf(currency);
  return [{ ...first!, total: decimalText(toUnits(first!.total, digits) + 1, digits) }, ...others];
}
