/** What does not add up on an invoice. Nothing is corrected: it is kept, and said. */
import type { Decimal } from "./money.ts";

/** Why an invoice carries a warning. */
export type WarningCode =
  | "TOTAL_DISAGREES"
  | "LINES_DISAGREE"
  | "TAX_DISAGREES"
  | "LINE_DISAGREES"
  | "MINOR_UNITS"
  | "SIGN_CHANGED"
  | "NUMBER_REPEATED"
  | "CREDITED_INVOICE_NOT_FOUND"
  | "CURRENCY_CONFIGURED"
  | "CURRENCY_UNKNOWN"
  | "TYPE_UNKNOWN"
  | "VALUE_UNREADABLE";

/** One thing that does not add up. */
export interface Warning {
  readonly code: WarningCode;
  /** One sentence for people. */
  readonly message: string;
  /** The graph's fields that it is about, such as "totalAmount" or "lines[0].netAmount". */
  readonly fields: readonly string[];
  /** What the source says. */
  readonly stated: Decimal | null;
  /** What follows from the other fields. */
  readonly expected: Decimal | null;
}
