/** Invoices: by a list's filter, by their ids, and what is said of them. */
import type { Found } from "../listing/found.ts";
import type { Day } from "../model/day.ts";
import { readIdOf } from "../model/id.ts";
import type { Pace } from "../model/pace.ts";
import { type Invoice, invoicePlace } from "../model/invoice.ts";
import type { Answer, Source } from "../model/source.ts";
import type { Answers } from "./answers.ts";
import type { Begin } from "./begin.ts";
import type { Collected } from "./collected.ts";
import { type ListRequest, collect } from "./collect.ts";
import { createCreditedLoader } from "./credited.ts";
import type { CustomerLoaders } from "./customers.ts";
import type { DetailLoader } from "./details.ts";
import type { ListMemory } from "./list-memory.ts";
import { type LoadWarnings, createWarningLoader } from "./warnings.ts";

/** Invoices of customers that the viewer may see. */
export interface InvoiceLoaders {
  /** All invoices that match, part by part, and what every source contributed. Never rejects because of a source. */
  collect(request: ListRequest): Promise<Collected>;
  /** The invoice, or null when it is unknown or belongs to a customer that the viewer may not see. Throws the source's Failure. */
  byId(id: string): Promise<Found | null>;
  /** The invoice that a memo credits, among those of its account issued in the twelve months before it; throws the source's Failure. */
  credited(memo: Invoice, number: string): Promise<Invoice | null>;
  readonly warnings: LoadWarnings;
  /** The answer that the invoice stands in, for its age; null when its source cannot be asked. */
  answerWith(invoice: Invoice): Promise<Answer | null>;
}

export interface InvoiceSetup {
  readonly sources: ReadonlyMap<string, Source>;
  readonly customers: CustomerLoaders;
  readonly answers: Answers;
  readonly details: DetailLoader;
  readonly memory: ListMemory;
  readonly begin: Begin;
  readonly pace: Pace;
  readonly today: Day;
  /** Told of every invoice that was found by its id, or as one that a memo credits. */
  readonly onRead: (id: string) => void;
}

/** Invoices for one request of one viewer. */
export function createInvoiceLoaders(setup: InvoiceSetup): InvoiceLoaders {
  const { sources, customers, answers, details, memory, begin, pace, today, onRead } = setup;
  const credited = createCreditedLoader(sources, answers, today);
  const warnings = createWarningLoader(details, credited);
  const collectSetup = {
    sources,
    answers,
    details,
    warnings,
    memory,
    pace,
    request: memory.newRequest(),
    today,
  };
  return {
    collect: (request) => collect(collectSetup, request),
    async credited(memo, number) {
      const found = await credited.find(memo, number);
      if (found !== null) onRead(found.id);
      return found;
    },
    warnings,

    async answerWith(invoice) {
      const source = sources.get(invoice.source);
      const question = source?.invoices?.questionFor(invoice) ?? null;
      if (source === undefined || question === null) return null;
      return (await answers.ask(source, question)).answer;
    },

    async byId(id) {
      const parts = readIdOf("Invoice", id);
      const place = parts === null ? null : invoicePlace(parts);
      if (place === null) return null;
      const turn = begin();
      if (turn !== null) await turn;
      const customer = await customers.owner({ source: place.source, reference: place.account });
      const source = sources.get(place.source);
      const question = source?.invoices?.questionFor(place) ?? null;
      if (customer === null || source === undefined || question === null) return null;
      const { answer, failure } = await answers.ask(source, question);
      if (failure !== null) throw failure;
      const invoice = answer.invoices.find((each) => each.id === id);
      if (invoice === undefined) return null;
      onRead(id);
      return { invoice, customer };
    },
  };
}
