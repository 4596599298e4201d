/** An invoice in EN 16931's terms, before it is checked and written. */
import type { ClosedRange, Day } from "../../../model/day.ts";
import type { Currency, Decimal } from "../../../model/money.ts";
import type { BuyerDetails, SellerDetails, TaxDetails } from "./parties.ts";

/** One broken rule of EN 16931, named as the official validation artefacts name it. */
export interface Violation {
  /** Such as "BR-CO-15". */
  readonly rule: string;
  /** Ends without a full stop. */
  readonly message: string;
}

/** Amounts as EN 16931 wants them: a credit note's are positive. What is missing is null, and a violation. */
export interface UblDocument {
  readonly root: "Invoice" | "CreditNote";
  /** UNCL 1001: 380 invoice, 381 credit note, 383 debit note. */
  readonly typeCode: "380" | "381" | "383" | null;
  readonly number: string | null;
  readonly issuedOn: Day | null;
  readonly dueOn: Day | null;
  readonly currency: Currency | null;
  readonly note: string | null;
  readonly period: ClosedRange | null;
  readonly purchaseOrder: string | null;
  readonly creditedNumbers: readonly string[];
  readonly paymentTerms: string | null;
  readonly seller: SellerDetails;
  readonly buyer: UblBuyer;
  readonly lines: readonly UblLine[];
  readonly taxes: readonly UblTax[];
  /** BT-106 and BT-109, which are one: no source tells of allowances or charges on the whole document. */
  readonly net: Decimal | null;
  /** BT-110 */
  readonly tax: Decimal | null;
  /** BT-112 and BT-115, which are one: no source tells what is paid. */
  readonly total: Decimal | null;
}

/** Whom it is addressed to. */
export interface UblBuyer {
  readonly name: string;
  readonly accountReference: string | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly postcode: string | null;
  readonly details: Partial<BuyerDetails>;
}

/** One line (BG-25). */
export interface UblLine {
  /** Counts from 1. */
  readonly number: number;
  readonly note: string | null;
  readonly quantity: Decimal;
  readonly unitCode: string;
  /** Never negative: the quantity carries the sign. */
  readonly price: Decimal;
  readonly net: Decimal | null;
  /** What the source charges on it; null where it does not say. */
  readonly taxAmount: Decimal | null;
  readonly tax: TaxDetails | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly productCode: string | null;
  readonly accountingReference: string | null;
  readonly period: ClosedRange | null;
}

/** The lines of one tax together (BG-23). */
export interface UblTax {
  readonly details: TaxDetails;
  /** BT-116 */
  readonly taxable: Decimal;
  /** BT-117 */
  readonly amount: Decimal | null;
  readonly lineCount: number;
}
