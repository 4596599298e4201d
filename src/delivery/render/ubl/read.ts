/** An invoice of ours in EN 16931's terms. */
import type { Customer } from "../../../model/customer.ts";
import type { Invoice, InvoiceLine } from "../../../model/invoice.ts";
import {
  absoluteAmount,
  type Decimal,
  isNegative,
  isProduct,
  isZero,
  negateAmount,
} from "../../../model/money.ts";
import { inTurns, type Pace } from "../../../model/pace.ts";
import type { UblBuyer, UblDocument, UblLine } from "./document.ts";
import type { SellerDetails, TaxDetails, UblOptions } from "./parties.ts";
import { breakdown, fittingTaxes, settledTaxes } from "./taxes.ts";

const typeCodes = { INVOICE: "380", CREDIT_MEMO: "381", DEBIT_MEMO: "383", UNKNOWN: null } as const;

// UN/ECE Recommendation 20: "one" where a source counts without a unit, "mutually defined" where it has a word of its own.
const one = "C62";
const mutuallyDefined = "ZZ";

/** The document, with nulls where the invoice does not hold what the norm demands. Of many lines, with rests. */
export async function toUblDocument(
  invoice: Invoice,
  customer: Customer,
  { seller, buyers = {} }: { readonly seller: SellerDetails; readonly buyers: UblOptions["buyers"] },
  pace: Pace,
): Promise<UblDocument> {
  const isCredit = invoice.type === "CREDIT_MEMO";
  // EN 16931 writes credit notes with positive amounts, because their type turns the meaning round.
  const turned = (amount: Decimal | null) => (amount !== null && isCredit ? negateAmount(amount) : amount);
  const tax = turned(invoice.taxAmount);
  const untaxed: Omit<UblLine, "tax">[] = [];
  const fitting: (readonly TaxDetails[])[] = [];
  await inTurns(invoice.lines.length, pace, (from, to) => {
    for (const line of invoice.lines.slice(from, to)) {
      const net = turned(line.netAmount);
      const taxAmount = turned(line.taxAmount);
      fitting.push(fittingTaxes({ net, taxAmount }, seller.taxes, tax));
      untaxed.push({ ...readLine(line, untaxed.length + 1, net, seller), taxAmount });
    }
  });
  const taxes = settledTaxes(untaxed, fitting);
  const lines = untaxed.map((line, index): UblLine => ({ ...line, tax: taxes[index] ?? null }));
  return {
    root: isCredit ? "CreditNote" : "Invoice",
    typeCode: typeCodes[invoice.type],
    number: invoice.number,
    issuedOn: invoice.issuedOn,
    dueOn: invoice.dueOn,
    currency: invoice.currency,
    note: noteOf(invoice),
    period: invoice.billingPeriod,
    purchaseOrder: invoice.purchaseOrder,
    creditedNumbers: invoice.creditedNumbers,
    paymentTerms: paymentTerms(invoice, seller),
    seller,
    buyer: readBuyer(invoice, customer, seller, buyers),
    lines,
    taxes: breakdown(lines, tax, invoice.currency),
    net: turned(invoice.netAmount),
    tax,
    total: turned(invoice.totalAmount),
  };
}

function readBuyer(
  { billTo }: Invoice,
  customer: Customer,
  seller: SellerDetails,
  buyers: NonNullable<UblOptions["buyers"]>,
): UblBuyer {
  const known = Object.hasOwn(buyers, customer.key) ? buyers[customer.key] : undefined;
  return {
    name: billTo?.name ?? customer.name,
    accountReference: billTo?.accountReference ?? null,
    street: billTo?.address ?? null,
    city: billTo?.city ?? null,
    postcode: billTo?.postcode ?? null,
    details: known ?? (seller.buyerCountry === undefined ? {} : { country: seller.buyerCountry }),
  };
}

function readLine(line: InvoiceLine, number: number, net: Decimal | null, seller: SellerDetails) {
  const name = line.description ?? line.product ?? seller.itemName ?? null;
  return {
    number,
    net,
    ...quantityAndPrice(line, net, seller.units ?? {}),
    name,
    description: line.product === name ? null : line.product,
    productCode: line.productCode,
    accountingReference: line.glCode,
    period: line.period,
  };
}

/** The source's own quantity and price where they make the net amount; else the net amount once, with the source's own in a note. */
function quantityAndPrice(
  { quantity, unit, unitPrice }: InvoiceLine,
  net: Decimal | null,
  units: Readonly<Record<string, string>>,
) {
  const unitCode = unit === null ? one : Object.hasOwn(units, unit) ? (units[unit] ?? one) : mutuallyDefined;
  if (net !== null && quantity !== null && unitPrice !== null) {
    const size = absoluteAmount(quantity);
    const price = absoluteAmount(unitPrice);
    const note = unitCode === mutuallyDefined ? `Unit: ${unit}` : null;
    if (isProduct(size, price, absoluteAmount(net), "0.005"))
      return { note, quantity: signed(size, net), unitCode, price };
  }
  const stated = [
    quantity === null ? null : `Quantity: ${[quantity, unit].filter(Boolean).join(" ")}`,
    unitPrice === null ? null : `Unit price: ${unitPrice}`,
  ];
  const note = stated.filter((part) => part !== null).join("; ");
  return {
    note: note === "" ? null : note,
    quantity: signed("1", net ?? "0"),
    unitCode: one,
    price: absoluteAmount(net ?? "0"),
  };
}

function signed(size: Decimal, net: Decimal): Decimal {
  return isNegative(net) && !isZero(size) ? negateAmount(size) : size;
}

function noteOf({ creditReason, derivedAmounts, source }: Invoice): string | null {
  const reason = [creditReason?.code, creditReason?.description].filter(Boolean).join(": ");
  const parts = [
    reason === "" ? null : `Reason: ${reason}`,
    derivedAmounts.length === 0
      ? null
      : `Derived from the other amounts, not stated by ${source}: ${derivedAmounts.join(", ").toLowerCase()}.`,
  ];
  const note = parts.filter((part) => part !== null).join(" ");
  return note === "" ? null : note;
}

function paymentTerms({ type, dueOn }: Invoice, seller: SellerDetails): string | null {
  // A credit note has no element for the due date outside the means of payment, which no source tells.
  if (type === "CREDIT_MEMO") return dueOn === null ? "Credit: nothing is to be paid." : `Due on ${dueOn}.`;
  return dueOn === null ? (seller.paymentTerms ?? null) : null;
}
