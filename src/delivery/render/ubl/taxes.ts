/** Which of the configured taxes each line carries, by its own amounts, and what the lines of one tax make together. */
import {
  type Currency,
  type Decimal,
  isProduct,
  isZero,
  multiplyAmounts,
  sumAmounts,
} from "../../../model/money.ts";
import type { UblLine, UblTax } from "./document.ts";
import type { TaxDetails } from "./parties.ts";

/** What decides a line's tax. */
export type TaxableLine = Pick<UblLine, "net" | "taxAmount">;

// The rounding of one tax amount to two decimals.
const halfCent = "0.005";

/** The tax of each line in their order, of those that fit it; null where none does, or several do and the other lines do not settle it. */
export function settledTaxes(
  lines: readonly TaxableLine[],
  fitting: readonly (readonly TaxDetails[])[],
): (TaxDetails | null)[] {
  const settled = new Set(fitting.filter((candidates) => candidates.length === 1).map(([only]) => only));
  return fitting.map((candidates, index) => {
    if (candidates.length < 2) return candidates[0] ?? null;
    const likely = candidates.filter((candidate) => settled.has(candidate));
    if (likely.length === 1) return likely[0] ?? null;
    // A line that is free of charge counts nowhere, whatever its tax.
    return isZero(lines[index]?.net ?? "1") ? ((likely[0] ?? candidates[0]) as TaxDetails) : null;
  });
}

/**
 * Which taxes could be the line's, by its own amounts. A line without a tax amount has the only tax there is, or the untaxed ones when
 * the whole invoice bears no tax.
 */
export function fittingTaxes(
  { net, taxAmount }: TaxableLine,
  taxes: readonly TaxDetails[],
  invoiceTax: Decimal | null,
): readonly TaxDetails[] {
  if (net === null) return [];
  if (taxAmount === null) {
    if (taxes.length === 1) return taxes;
    return invoiceTax !== null && isZero(invoiceTax) ? taxes.filter(({ rate }) => isZero(rate)) : [];
  }
  return taxes.filter((tax) => isTaxOf(net, tax, taxAmount, 1));
}

/** Is that the tax on the net amount, give or take the rounding of each line's own tax? */
export function isTaxOf(net: Decimal, { rate }: TaxDetails, tax: Decimal, lineCount: number): boolean {
  return isProduct(net, fraction(rate), tax, roundingOf(lineCount));
}

/** The exact tax on the net amount. */
export function taxOn(net: Decimal, { rate }: TaxDetails): Decimal {
  return multiplyAmounts(net, fraction(rate), null);
}

/**
 * The breakdown (BG-23) in the order of the lines. The only tax of an invoice takes the invoice's own amount; of several,
 * each takes the sum of its lines' amounts, null where a line does not say.
 */
export function breakdown(
  lines: readonly UblLine[],
  invoiceTax: Decimal | null,
  currency: Currency | null,
): UblTax[] {
  const groups = new Map<TaxDetails, UblLine[]>();
  for (const line of lines) {
    if (line.tax === null) continue;
    const group = groups.get(line.tax);
    if (group === undefined) groups.set(line.tax, [line]);
    else group.push(line);
  }
  return [...groups].map(([details, group]) => ({
    details,
    taxable:
      sumKnown(
        group.map(({ net }) => net),
        currency,
      ) ?? "0",
    amount:
      groups.size === 1
        ? invoiceTax
        : sumKnown(
            group.map((line) => line.taxAmount),
            currency,
          ),
    lineCount: group.length,
  }));
}

function sumKnown(amounts: readonly (Decimal | null)[], currency: Currency | null): Decimal | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === amounts.length ? sumAmounts(known, currency) : null;
}

function fraction(rate: Decimal): Decimal {
  return multiplyAmounts(rate, "0.01", null);
}

// The official artefacts (EN16931 1.3 and later) let BR-CO-17 differ by less than 1: more than 199 lines never need it.
function roundingOf(lineCount: number): Decimal {
  return multiplyAmounts(halfCent, String(Math.min(Math.max(lineCount, 1), 199)), null);
}
