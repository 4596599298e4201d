/** Invoice lines with exact figures, and the catalogues that they are filled from. */
import { amountText, decimalText, minorDigitsOf, toUnits } from "./amounts.ts";
import type { CreditReasonFact, InvoiceLineFact } from "./facts.ts";
import type { Random } from "./random.ts";

export interface ProductFact {
  name: string;
  id: string;
  unit: string;
  description: string;
}

export const cdnProducts: readonly ProductFact[] = [
  // The trailing space is Akamai's own.
  { name: "Access Control", id: "9-8ZYX76", unit: "GB", description: "1 GB of Access Control Usage " },
  { name: "Ion Premier", id: "9-1ION01", unit: "GB", description: "Ion Premier, traffic" },
  { name: "Bot Manager", id: "9-2BOT02", unit: "Request", description: 'Bot Manager, "premier" requests' },
  { name: "Linode Compute", id: "9-3CMP03", unit: "Hour", description: "Compute, dedicated 8 GB" },
];

export const freightProducts: readonly ProductFact[] = [
  { name: "General freight", id: "GEN", unit: "PAL", description: "General freight, 2 pallets" },
  { name: "Express", id: "EXP", unit: "CTN", description: "Express – Zürich «same day»" },
  { name: "Storage", id: "STO", unit: "DAY", description: "Storage" },
  { name: "Fuel levy", id: "FUEL", unit: "EA", description: "Fuel levy" },
];

export const creditReasons: readonly CreditReasonFact[] = [
  { code: "DMG", description: "Damaged goods" },
  { code: "PRC", description: "Price adjustment" },
  { code: "DUP", description: "Duplicate invoice" },
  { code: "SVC", description: "Service level not met, O'Hare" },
];

const departments = ["BRI", "SYD", "0800", "PER"];
const glCodes = ["23", "0023", "41", "4100"];

export interface LineRecipe {
  lineNumber: number;
  products: readonly ProductFact[];
  currency: string;
  /** Tax in parts of 1,000, e.g. 100 for 10 %. */
  taxPerMille: number;
  /** The unit price holds the tax. */
  isGross: boolean;
  /** Digits of the unit price beyond those of the currency. */
  extraPriceDigits: number;
  largestQuantity: number;
  periodStart: string;
  periodEnd: string;
  purchaseOrder: string | null;
}

export function createLine(random: Random, recipe: LineRecipe): InvoiceLineFact {
  const { currency, isGross, taxPerMille, extraPriceDigits, lineNumber } = recipe;
  const product = random.pick(recipe.products);
  const quantity = random.int(1, recipe.largestQuantity);
  const price = random.int(1, 50_000);
  const entered = Math.round((quantity * price) / 10 ** extraPriceDigits);
  const tax = Math.round((entered * taxPerMille) / (isGross ? 1000 + taxPerMille : 1000));
  const net = isGross ? entered - tax : entered;
  return {
    lineNumber,
    description: product.description,
    product: product.name,
    productId: product.id,
    quantity: String(quantity),
    unit: product.unit,
    unitPrice: decimalText(price, minorDigitsOf(currency) + extraPriceDigits),
    net: amountText(net, currency),
    tax: amountText(tax, currency),
    total: amountText(net + tax, currency),
    glCode: random.pick(glCodes),
    departmentCode: random.pick(departments),
    periodStart: recipe.periodStart,
    periodEnd: recipe.periodEnd,
    purchaseOrder: recipe.purchaseOrder,
    creditedInvoiceNumber: null,
    creditedLineNumber: null,
  };
}

/** The line that takes back another one's net and tax in full. */
export function createCreditLine(
  credited: InvoiceLineFact,
  invoiceNumber: string,
  currency: string,
): InvoiceLineFact {
  const { unitPrice, net, tax } = credited;
  const digits = minorDigitsOf(currency);
  const total = decimalText(toUnits(net, digits) + toUnits(tax, digits), digits);
  return {
    ...credited,
    lineNumber: 1,
    unitPrice: negated(unitPrice),
    net: negated(net),
    tax: negated(tax),
    total: negated(total),
    creditedInvoiceNumber: invoiceNumber,
    creditedLineNumber: credited.lineNumber,
  };
}

/** The sum of one figure over all lines, in minor units. */
export function sumOfLines(
  lines: readonly InvoiceLineFact[],
  figure: "net" | "tax" | "total",
  currency: string,
): number {
  const digits = minorDigitsOf(currency);
  return lines.reduce((sum, line) => sum + toUnits(line[figure], digits), 0);
}

function negated(text: string): string {
  return /^[0.]*$/.test(text) ? text : `-${text}`;
}
