/** V6's invoices, credit memos and debit memos that were created in a month, over all customers of the carrier. */
import { amountText } from "./amounts.ts";
import { addDays, dayOf, daysInMonth } from "./calendar.ts";
import type { CustomerFact, V6InvoiceFact } from "./facts.ts";
import { createCreditLine, createLine, creditReasons, freightProducts, sumOfLines } from "./lines.ts";
import { createRandom, type Random } from "./random.ts";

export interface V6Recipe {
  seed: number;
  today: string;
  month: string;
  currency: string;
  /** Those with a code and with invoices. */
  customers: readonly CustomerFact[];
  /** How many invoices the month has. */
  count: number;
  /** The first running number of the month. */
  firstNumber: number;
  /** 3 for every invoice when told; otherwise 1 to 3. */
  linesEach?: number | undefined;
}

/** In order of creation; none created after today. */
export function createV6Invoices(recipe: V6Recipe): V6InvoiceFact[] {
  const { month, count, today } = recipe;
  const random = createRandom(recipe.seed, `v6 ${month}`);
  const days = Array.from({ length: daysInMonth(month) }, (_, index) => dayOf(month, index + 1));
  const invoices: V6InvoiceFact[] = [];
  const lastInvoiceOf = new Map<string, V6InvoiceFact>();
  for (let nth = 0; nth < count; nth += 1) {
    const createdOn = days[Math.floor((nth * days.length) / count)]!;
    if (createdOn > today) break;
    const customer = recipe.customers[(nth + recipe.firstNumber) % recipe.customers.length]!;
    const credited = nth % 9 === 8 ? lastInvoiceOf.get(customer.id) : undefined;
    const invoice = credited
      ? createCreditMemo(recipe, random, nth, createdOn, credited)
      : createInvoice(recipe, random, nth, createdOn, customer);
    if (credited) lastInvoiceOf.delete(customer.id);
    else if (invoice.type === "I") lastInvoiceOf.set(customer.id, invoice);
    invoices.push(invoice);
  }
  return invoices;
}

function createInvoice(
  recipe: V6Recipe,
  random: Random,
  nth: number,
  createdOn: string,
  customer: CustomerFact,
): V6InvoiceFact {
  const { currency } = recipe;
  const issuedOn = addDays(createdOn, daysOff(nth));
  const grossEntry = random.isLucky(0.7);
  const lines = Array.from({ length: recipe.linesEach ?? random.int(1, 3) }, (_, index) =>
    createLine(random, {
      lineNumber: index + 1,
      products: freightProducts,
      currency,
      taxPerMille: 100,
      isGross: grossEntry,
      extraPriceDigits: 0,
      largestQuantity: 12,
      periodStart: issuedOn,
      periodEnd: issuedOn,
      purchaseOrder: null,
    }),
  );
  const disagrees = nth % 10 === 6;
  const entered = sumOfLines(lines, grossEntry ? "total" : "net", currency);
  const tax = sumOfLines(lines, "tax", currency) + (disagrees ? 2 : 0);
  return {
    number: numberText(recipe.firstNumber + nth),
    type: nth % 13 === 11 ? "D" : "I",
    customerId: customer.id,
    customerCode: customer.v6!.code,
    createdOn,
    issuedOn,
    dueOn: nth % 6 === 5 ? null : addDays(issuedOn, random.pick([7, 14, 30])),
    currency,
    grossEntry,
    disagrees,
    net: amountText(grossEntry ? entered - tax : entered, currency),
    tax: amountText(tax, currency),
    total: amountText(grossEntry ? entered : entered + tax, currency),
    creditReason: null,
    creditedInvoiceNumber: null,
    lines,
  };
}

function createCreditMemo(
  recipe: V6Recipe,
  random: Random,
  nth: number,
  createdOn: string,
  credited: V6InvoiceFact,
): V6InvoiceFact {
  const lines = [createCreditLine(credited.lines[0]!, credited.number, recipe.currency)];
  const { net, tax, total } = lines[0]!;
  return {
    ...credited,
    // V6 numbers may repeat across types.
    number: random.isLucky(0.5) ? credited.number : numberText(recipe.firstNumber + nth),
    type: "C",
    createdOn,
    issuedOn: createdOn,
    dueOn: null,
    net,
    tax,
    total,
    disagrees: false,
    lines,
    creditReason: random.pick(creditReasons),
    creditedInvoiceNumber: credited.number,
  };
}

// Always some in a month, and the month's first two are created on its first days for the month before.
function daysOff(nth: number): number {
  if (nth < 2) return -1 - nth;
  return nth % 8 === 7 ? [-3, -1, 1, 2][nth % 4]! : 0;
}

function numberText(number: number): string {
  return `LT${String(number).padStart(5, "0")}`;
}
