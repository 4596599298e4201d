/** Does an invoice add up? Every disagreement becomes a warning; nothing is corrected. */
import type { DerivedAmount, Invoice, InvoiceLine } from "./invoice.ts";
import {
  addAmounts,
  type Currency,
  type Decimal,
  decimalsUsed,
  isSum,
  minorUnits,
  sumAmounts,
} from "./money.ts";
import { checkLine } from "./reconcile-line.ts";
import type { Warning } from "./warning.ts";

/** How far apart amounts may lie before it is said, in the invoice's currency. */
export interface Tolerance {
  /** For the header's sum, and for the sums of all lines against the header. */
  readonly total: Decimal;
  /** For one line against itself. */
  readonly line: Decimal;
}

/** What the check reads: an invoice whose signs are normalised already. */
export type Reconcilable = Pick<
  Invoice,
  | "type"
  | "sourceType"
  | "currency"
  | "currencyOrigin"
  | "netAmount"
  | "taxAmount"
  | "totalAmount"
  | "derivedAmounts"
  | "lines"
>;

type AmountField = "netAmount" | "taxAmount" | "totalAmount";

const amountFields: readonly AmountField[] = ["netAmount", "taxAmount", "totalAmount"];

/** The warnings of one invoice, empty when it adds up. It compares only what the source states: a derived amount agrees by its making. */
export function reconcile(invoice: Reconcilable, tolerance: Tolerance): Warning[] {
  const warnings: Warning[] = [];
  checkKind(invoice, warnings);
  checkHeader(invoice, tolerance, warnings);
  if (invoice.lines.length > 0) {
    checkLineSums(invoice, tolerance, warnings);
    for (let i = 0; i < invoice.lines.length; i++) {
      checkLine(invoice, i, tolerance.line, warnings);
    }
  }
  checkMinorUnits(invoice, warnings);
  return warnings;
}

function checkKind({ type, sourceType, currency, currencyOrigin }: Reconcilable, warnings: Warning[]): void {
  if (type === "UNKNOWN") {
    const message =
      sourceType === null
        ? "The source does not say whether this is an invoice, a credit memo or a debit memo."
        : "The source's word for the type is not a known one.";
    warnings.push({ code: "TYPE_UNKNOWN", message, fields: ["type"], stated: null, expected: null });
  }
  if (currency === null || minorUnits(currency) === null) {
    const message =
      currency === null ? "The currency is not known." : `The currency ${currency} is not in ISO 4217.`;
    warnings.push({ code: "CURRENCY_UNKNOWN", message, fields: ["currency"], stated: null, expected: null });
  } else if (currencyOrigin === "CONFIGURED") warnings.push(currencyConfigured(currency));
}

// Every invoice of such a source has it, and there may be a hundred thousand: one object for each currency.
const configured = new Map<Currency, Warning>();

function currencyConfigured(currency: Currency): Warning {
  let warning = configured.get(currency);
  if (warning === undefined) {
    const message = `The source does not say the currency; ${currency} is configured for it.`;
    warning = { code: "CURRENCY_CONFIGURED", message, fields: ["currency"], stated: null, expected: null };
    configured.set(currency, warning);
  }
  return warning;
}

function checkHeader(invoice: Reconcilable, tolerance: Tolerance, warnings: Warning[]): void {
  const { netAmount: net, taxAmount: tax, totalAmount: total, currency } = invoice;
  if (net === null || tax === null || total === null || invoice.derivedAmounts.length > 0) return;
  if (isSum([net, tax], total, tolerance.total)) return;
  const expected = addAmounts(net, tax, currency);
  warnings.push({
    code: "TOTAL_DISAGREES",
    message: `Net ${net} and tax ${tax} make ${expected}, but the total is ${total}.`,
    fields: ["netAmount", "taxAmount", "totalAmount"],
    stated: total,
    expected,
  });
}

function checkLineSums(invoice: Reconcilable, { total }: Tolerance, warnings: Warning[]): void {
  const hasNet = checkLineSum(invoice, "netAmount", total, warnings);
  if (!hasNet) checkLineSum(invoice, "totalAmount", total, warnings);
  checkLineSum(invoice, "taxAmount", total, warnings);
}

const sumChecks = {
  netAmount: { code: "LINES_DISAGREE", derived: "NET", word: "net" },
  taxAmount: { code: "TAX_DISAGREES", derived: "TAX", word: "tax" },
  totalAmount: { code: "LINES_DISAGREE", derived: "TOTAL", word: "total" },
} as const satisfies Record<AmountField, { code: Warning["code"]; derived: DerivedAmount; word: string }>;

/** True when the sum could be compared at all. */
function checkLineSum(
  invoice: Reconcilable,
  field: AmountField,
  tolerance: Decimal,
  warnings: Warning[],
): boolean {
  const { code, derived, word } = sumChecks[field];
  const stated = invoice[field];
  if (stated === null || invoice.derivedAmounts.includes(derived)) return false;
  const parts: Decimal[] = [];
  for (const line of invoice.lines) {
    const part = line[field];
    if (part === null) return false;
    parts.push(part);
  }
  if (isSum(parts, stated, tolerance)) return true;
  const expected = sumAmounts(parts, invoice.currency);
  warnings.push({
    code,
    message: `The lines' ${word} amounts make ${expected}, but the invoice's ${word} is ${stated}.`,
    fields: [field, "lines"],
    stated,
    expected,
  });
  return true;
}

function checkMinorUnits(invoice: Reconcilable, warnings: Warning[]): void {
  const most = invoice.currency === null ? null : minorUnits(invoice.currency);
  if (most === null) return;
  if (!hasSmallerUnits(invoice, most)) return;
  let first: Decimal | null = null;
  const fields: string[] = [];
  const check = (amounts: Pick<Invoice, AmountField>, line: number | null) => {
    for (const field of amountFields) {
      const amount = amounts[field];
      if (amount === null || decimalsUsed(amount) <= most) continue;
      first ??= amount;
      fields.push(line === null ? field : `lines[${line}].${field}`);
    }
  };
  check(invoice, null);
  for (let i = 0; i < invoice.lines.length; i++) check(invoice.lines[i] as InvoiceLine, i);
  if (first !== null) warnings.push(minorUnitsWarning(first, fields, most, invoice.currency));
}

// Nearly no invoice has any: nothing is made to find that out.
function hasSmallerUnits({ netAmount, taxAmount, totalAmount, lines }: Reconcilable, most: number): boolean {
  if (isSmaller(netAmount, most) || isSmaller(taxAmount, most) || isSmaller(totalAmount, most)) return true;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as InvoiceLine;
    if (
      isSmaller(line.netAmount, most) ||
      isSmaller(line.taxAmount, most) ||
      isSmaller(line.totalAmount, most)
    )
      return true;
  }
  return false;
}

function isSmaller(amount: Decimal | null, most: number): boolean {
  return amount !== null && decimalsUsed(amount) > most;
}

function minorUnitsWarning(
  stated: Decimal,
  fields: readonly string[],
  most: number,
  currency: Currency | null,
): Warning {
  const message = `${stated} has more decimals than the ${most} of ${currency}.`;
  return { code: "MINOR_UNITS", message, fields, stated, expected: null };
}
