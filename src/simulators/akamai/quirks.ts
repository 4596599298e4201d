/** Where Akamai's documents and samples contradict each other or leave things open: each can be switched on. */

/** The name of one, to be switched on. */
export type AkamaiQuirk =
  /** An empty month is `[]` and not 204. */
  | "emptyArray"
  /** `files[]` in the older shape: fileFormat in place of contentType, no link, date or source type. */
  | "fileFormat"
  /** `fileLink`s point to another invoice of another contract, as those of the samples do. */
  | "foreignFileLinks"
  /** A PDF is listed for COMPUTE, as in a sample; it cannot be downloaded. */
  | "computePdf"
  /** Every contract's list also holds an item of another contract. */
  | "foreignContract"
  /** A month's list also holds the invoices of the month before. */
  | "bothMonths"
  /** Arrays of one are that one object. */
  | "singleObjects"
  /** What may be missing is null. */
  | "explicitNulls"
  /** Ids are JSON strings in place of numbers, and the other way round. */
  | "textIds"
  /** The lines are spread over two END_CUSTOMERs. */
  | "severalEndCustomers"
  /** INVOICE is an array that also holds the versions before. */
  | "invoiceArray"
  /** Credit memos carry amounts without a sign. */
  | "positiveCredits"
  /** Debit memos are called by another word, for their literal is in no document. */
  | "debitWord";

/** Is that quirk switched on? */
export type HasQuirk = (quirk: AkamaiQuirk) => boolean;
