/** What a simulated floLIVE can be told: who asks, and the contradictions of its documents, each switchable. */
import type { SimulatorOptions } from "../simulator.ts";

/** All off by default: the samples' spelling, days as due dates, numbers as amounts, refusals inside HTTP 200. */
export interface FloliveQuirks {
  /** billingCycleStartTime and …EndTime, as in the table, in place of the sample's …Date; or both, the …Date a year off. */
  readonly cycleNames?: "table" | "both";
  /** dueDate as a dateTime late in the day, with an offset that would move it, in place of the sample's day. */
  readonly dueDateTime?: boolean;
  /** Every chronology as impossible as the sample's: created before its cycle, due two years later. */
  readonly impossibleChronology?: boolean;
  /** Also invoices older than 12 months, as the samples of 2021 to 2023 are. */
  readonly olderInvoices?: boolean;
  /** How an empty list is written in place of `[]`. */
  readonly emptyContent?: "text" | "null" | "absent" | "object";
  /** A list of one is written as its object. */
  readonly singleAsObject?: boolean;
  /** Refusals as the `bulk[]` envelope of another API, the refusal in its second entry. */
  readonly bulkRefusals?: boolean;
  /** HTTP status of refusals other than of credentials; 200 by default. */
  readonly refusalStatus?: number;
  /** `ID\s` unescaped in the JSON of CUSTOMER_1040, as in the documents. */
  readonly illegalEscape?: boolean;
  /** Amounts as texts. */
  readonly textAmounts?: boolean;
  /** Amounts with no zeros at their end, such as 185.1 and 211. */
  readonly shortAmounts?: boolean;
  /** `customerID` in place of `customerId`. */
  readonly customerIDSpelling?: boolean;
  /** `pageable` is null, and all records are one page. */
  readonly unpaged?: boolean;
  /** Page parameters are ignored: every page is the first one. */
  readonly samePage?: boolean;
  /** attachmentData is the sample's `blob:` URL of an internal host. */
  readonly blobUrls?: boolean;
  /** attachmentData with a `data:` prefix, broken into lines, its slashes and plus signs escaped. */
  readonly wrappedBase64?: boolean;
}

export interface FloliveSimulatorOptions extends SimulatorOptions {
  readonly token?: string;
  /** The header and the word before the token; not documented: `Authorization: Bearer` by default. */
  readonly auth?: { readonly header: string; readonly scheme: string };
  /** Names of the page parameters; not documented: `page` and `size` by default. */
  readonly paging?: { readonly page: string; readonly size: string };
  /** The largest page given, whatever was asked for; 100 by default. */
  readonly maxPageSize?: number;
  /** The floLIVE customer whom the token belongs to: it sees itself and its direct sub-customers. All by default, as an operator does. */
  readonly requester?: string;
  /** What the download of one invoice gives; both files by default. Several invoices always come as one zip. */
  readonly files?: "both" | "pdf" | "xml" | "zip";
  readonly quirks?: FloliveQuirks;
}

/** The token that a simulator takes when it is told none. */
export const defaultToken = "flolive-simulator-token";
