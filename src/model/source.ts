/** The port: what an upstream may be able to do. Callers ask for an ability, never for a name. */
import type { ClosedRange, Day, Month } from "./day.ts";
import type { Instant } from "./instant.ts";
import type { EndSignal } from "./ending.ts";
import type { Failure } from "./errors.ts";
import type { AskNotes, RequestNotes } from "./explanation.ts";
import type { FileFormat } from "./file.ts";
import type { Forecaster } from "./forecast.ts";
import type { Invoice, InvoicePlace } from "./invoice.ts";
import type { InvoiceSettings, PaymentTerms, SettingsCurrency } from "./invoice-settings.ts";
import type { Currency } from "./money.ts";
import type { Trace } from "./provenance.ts";

/** What every upstream call carries. */
export interface Call {
  /** Aborted when the client leaves or the request ends. */
  readonly signal: EndSignal;
  /** Epoch milliseconds after which an answer is of no use any more; later ones when somebody more patient waits for it too. */
  readonly deadlineAt: number;
  /** How old an answer may be that was kept from an earlier call. Absent: as old as the configuration lets it be. */
  readonly freshness?: Freshness | undefined;
  /** Told of every piece of an answer's decoded body, in bytes. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Told of every exchange with the source that begins, and of every attempt of it. */
  readonly onExchange?: (() => void) | undefined;
  readonly onAttempt?: (() => void) | undefined;
  /** Told of every answer used until when, in epoch milliseconds, it counts as fresh; 0 when nothing made of it may be kept. */
  readonly onFreshUntil?: ((until: number) => void) | undefined;
  /** Told what the audit trail is told. */
  readonly onShown?: ((event: "listed" | "read", invoiceIds: readonly string[]) => void) | undefined;
  /** The request that this call serves, as telemetry knows it; nobody else looks into it. */
  readonly trace?: object | undefined;
  /** The request that this call serves, where it is to be explained; and what the call itself is for. */
  readonly explain?: RequestNotes | undefined;
  readonly notes?: AskNotes | undefined;
}

/** Narrows what the configuration allows, and never widens it. Null: as configured. */
export interface Freshness {
  /** The greatest age of an answer while its source answers, in milliseconds; 0 asks the source in any case. */
  readonly maxAgeMs: number | null;
  /** The greatest age of an answer that stands in for a failed one, in milliseconds; 0 lets nothing stand in. */
  readonly staleIfErrorMs: number | null;
}

/** One configured connection of a kind. Absent abilities are abilities that the upstream does not have. */
export interface Source {
  /** The configured name, such as "freight". */
  readonly id: string;
  /** "flolive", "akamai", "v6", "ddapi" … */
  readonly kind: string;
  readonly invoices?: InvoiceLister;
  readonly details?: InvoiceDetails;
  readonly files?: InvoiceFiles;
  readonly settings?: SettingsReader;
  readonly accounts?: AccountReader;
  /** What asking it costs; absent: one call or more, nobody knows. */
  readonly forecast?: Forecaster;
  /** How each field of one of its invoices came to its value; absent: it cannot tell. */
  traces?(invoice: Invoice): readonly Trace[];
  /** The cheapest call that proves that the source answers and takes our credentials. `account` is any linked one. */
  ping(call: Call, account: string | null): Promise<void>;
  close(): Promise<void>;
}

/**
 * The smallest question that the upstream can be asked: the unit of sharing and caching.
 * `account` and `month` say what it is narrowed to; null means all that the credentials see.
 */
export interface Question {
  /** Unique within the source. Equal keys have equal answers. */
  readonly key: string;
  readonly account: string | null;
  readonly month: Month | null;
  /** The days of issue of the invoices that its answer may hold; null when it may hold any. */
  readonly covers: ClosedRange | null;
}

/** What came back on one question. Invoices of accounts nobody asked for may be among them: the caller filters. */
export interface Answer {
  readonly invoices: readonly Invoice[];
  /** When the source said so. */
  readonly fetchedAt: Instant;
  /** Records that were left out, because they cannot be read or belong to another account. */
  readonly dropped: readonly DroppedRecord[];
  /** True where the source's reader has seen that no two of the invoices have the same number, so that nobody has to look again. */
  readonly numbersDiffer?: boolean;
  /** True where the source's reader has seen to it that no invoice is among them twice. */
  readonly idsDiffer?: boolean;
  /** Present when this is an older answer that stands in for a new one: why the new one could not be had. */
  readonly staleBecause?: Failure | undefined;
}

/** A record of an answer that no invoice was made of. */
export interface DroppedRecord {
  readonly reason: "UNREADABLE" | "ACCOUNT_MISMATCH";
  /** One sentence without upstream text. */
  readonly message: string;
  /** Whose record it is, where it says so: told to nobody who asks for other accounts. */
  readonly account?: string;
}

/** How far back a source's answers can reach, and why not further. */
export interface Reach {
  readonly since: Day;
  /** INVOICES: it has none from before. DATA: it has the invoices, but some data that belongs to them begins then. */
  readonly of: "INVOICES" | "DATA";
  /** One sentence, such as "floLIVE keeps the last 12 months". */
  readonly reason: string;
}

/** The ability to list invoices, by questions that together hold all of them. */
export interface InvoiceLister {
  /** Empty when the source has no such limit. */
  reach(today: Day): readonly Reach[];
  /** The fewest questions whose answers hold every invoice of these accounts issued in this range, each invoice in one of them only. */
  questions(accounts: readonly string[], issuedOn: ClosedRange): readonly Question[];
  /** The question whose answer holds this one invoice; null when the key is not one of this source. */
  questionFor(place: InvoicePlace): Question | null;
  /** Equal for what is one invoice, wherever several answers hold it under ids of their own; absent: the id tells. */
  identityOf?(invoice: Invoice): string;
  ask(question: Question, call: Call): Promise<Answer>;
}

/** The ability to tell of one invoice what lists leave out. */
export interface InvoiceDetails {
  /** The whole invoice, from its list record and one more upstream answer. */
  ask(invoice: Invoice, call: Call): Promise<Invoice>;
}

/** One file as it arrives. The body must be read to its end before the next file is asked for. */
export interface Attachment {
  /** The invoices that it may hold: one, or all of the batch where the source does not say which. */
  readonly invoices: readonly Invoice[];
  readonly body: AsyncIterable<Uint8Array>;
}

/** The ability to deliver files of invoices. */
export interface InvoiceFiles {
  /** Can the source itself deliver this invoice in this format? */
  offers(invoice: Invoice, format: FileFormat): boolean;
  /** How many invoices of one account one upstream call can deliver. */
  readonly maxBatch: number;
  /** Fetches the files of a batch: all of one account and one format. Bytes are as sent; nothing about them is trusted yet. */
  fetch(batch: readonly Invoice[], format: FileFormat, call: Call): AsyncIterable<Attachment>;
}

/** The ability to tell how customers are invoiced. */
export interface SettingsReader {
  /** Null when the source knows no settings for the account. */
  ask(account: string, call: Call): Promise<InvoiceSettings | null>;
  currency(id: string, call: Call): Promise<SettingsCurrency | null>;
  /** All terms that the source knows. */
  paymentTerms(call: Call): Promise<readonly PaymentTerms[]>;
  /** How each of the settings came to its value; absent: it cannot tell. */
  traces?(settings: InvoiceSettings): readonly Trace[];
}

/** What an upstream tells about an account itself. */
export interface AccountProfile {
  readonly reference: string;
  readonly name: string | null;
  readonly status: string | null;
  readonly type: string | null;
  readonly currency: Currency | null;
}

/** The ability to tell of accounts themselves. */
export interface AccountReader {
  /** Null when the source does not know it. */
  profile(account: string, call: Call): Promise<AccountProfile | null>;
  /** The accounts directly below it; name and reference only. */
  children(account: string, call: Call): Promise<readonly AccountProfile[]>;
}
