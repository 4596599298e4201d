/** What an e-invoice must say about seller, buyer and taxes and no source tells: it is configured, never invented. */
import type { Decimal } from "../../../model/money.ts";

/**
 * Tax categories of UNCL 5305: standard rate, zero rate, exempt, reverse charge, export outside the EU, outside the scope of tax.
 * K (intra-community supply) is not among them: it demands a place and date of delivery (BR-IC-11, BR-IC-12) that no source gives.
 */
export type TaxCategory = "S" | "Z" | "E" | "AE" | "G" | "O";

/** One tax that a source charges. */
export interface TaxDetails {
  readonly category: TaxCategory;
  /** Per cent, such as "10"; "0" for every category but S. */
  readonly rate: Decimal;
  /** Why no tax is charged: demanded for E, AE, G and O. */
  readonly exemptionReason?: string | undefined;
}

/** Where a party takes e-invoices (BT-34, BT-49). Peppol demands both parties', EN 16931 neither's. */
export interface ElectronicAddress {
  /** A code of the Electronic Address Scheme list, such as "0088" for a GLN. */
  readonly scheme: string;
  readonly id: string;
}

/** Who sends the invoices of one source. */
export interface SellerDetails {
  /** The legal name (BT-27). */
  readonly name: string;
  /** ISO 3166-1 alpha-2 (BT-40). */
  readonly country: string;
  readonly street?: string | undefined;
  readonly city?: string | undefined;
  readonly postcode?: string | undefined;
  /** With its country's prefix, such as "DK12345678" (BT-31). */
  readonly vatId?: string | undefined;
  /** A local tax number without such a prefix, such as an ABN (BT-32). */
  readonly taxNumber?: string | undefined;
  /** The number in the register of companies (BT-30). */
  readonly registrationId?: string | undefined;
  readonly electronicAddress?: ElectronicAddress | undefined;
  /** Every tax that its invoices can carry: a line belongs to the one that its amounts fit. */
  readonly taxes: readonly TaxDetails[];
  /** The country of buyers that have none of their own below (BT-55). */
  readonly buyerCountry?: string | undefined;
  /** Said where an invoice has no due date (BT-20). */
  readonly paymentTerms?: string | undefined;
  /** What a line without any words is for, such as "Freight"; without it such an invoice breaks BR-25. */
  readonly itemName?: string | undefined;
  /** UN/ECE Recommendation 20 codes by the source's own words for units, such as { "kg": "KGM" }. */
  readonly units?: Readonly<Record<string, string>> | undefined;
}

/** What the directory does not know about a customer. */
export interface BuyerDetails {
  /** ISO 3166-1 alpha-2 (BT-55). */
  readonly country: string;
  /** With its country's prefix (BT-48). */
  readonly vatId?: string | undefined;
  readonly electronicAddress?: ElectronicAddress | undefined;
}

/** What UBL needs beside the invoices. */
export interface UblOptions {
  /** By the source's configured name. */
  readonly sellers: Readonly<Record<string, SellerDetails>>;
  /** By the customer's key. */
  readonly buyers?: Readonly<Record<string, BuyerDetails>> | undefined;
}
