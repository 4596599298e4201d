/** A source that asks nothing: for a plan, it stands in for the real one and gives what has to be assumed. */
import { type Invoice, blankInvoice, invoiceId, type InvoicePlace } from "../model/invoice.ts";
import type { InvoiceSettings } from "../model/invoice-settings.ts";
import type { Source } from "../model/source.ts";
import { assumedId } from "./words.ts";

/** Made for one plan. What the real source tells without asking (its questions, what it offers) is the real one's word. */
export function standIn(source: Source): Source {
  const { id, kind, invoices, details, files, settings, accounts, forecast, traces } = source;
  const named = new Map<string, Invoice[]>();
  const listOf = (key: string) => {
    const list = named.get(key) ?? [];
    named.set(key, list);
    return list;
  };

  const other: { -readonly [Name in keyof Source]: Source[Name] } = {
    id,
    kind,
    ping: async () => {},
    close: async () => {},
  };
  if (forecast !== undefined) other.forecast = forecast;
  if (traces !== undefined) other.traces = traces;
  if (invoices !== undefined) {
    other.invoices = {
      reach: (today) => invoices.reach(today),
      questions: (wanted, issuedOn) => invoices.questions(wanted, issuedOn),
      questionFor(place) {
        const question = invoices.questionFor(place);
        // Whoever has an invoice's id has it from us: it is taken to be there.
        if (question !== null && !("isDetailed" in place)) {
          const list = listOf(question.key);
          const invoice = assumedInvoice(place, source);
          if (!list.some((each) => each.id === invoice.id)) list.push(invoice);
        }
        return question;
      },
      async ask({ key }, call) {
        call.notes?.assumed();
        return { invoices: listOf(key), fetchedAt: new Date(0).toISOString(), dropped: [] };
      },
    };
  }
  if (details !== undefined) {
    other.details = {
      async ask(invoice, call) {
        call.notes?.assumed();
        const { type } = invoice;
        const creditedNumbers =
          type === "CREDIT_MEMO" || type === "UNKNOWN" ? [assumedId(invoice.account)] : [];
        const copy: object = Object.create(Object.getPrototypeOf(invoice) as object);
        return Object.assign(copy, invoice, { isDetailed: true, creditedNumbers });
      },
    };
  }
  if (files !== undefined) {
    other.files = {
      offers: (invoice, format) => files.offers(invoice, format),
      maxBatch: files.maxBatch,
      async *fetch() {},
    };
  }
  if (settings !== undefined) {
    other.settings = {
      async ask(account, call) {
        call.notes?.assumed();
        return assumedSettings(id, account);
      },
      currency: async () => null,
      paymentTerms: async () => [],
    };
  }
  if (accounts !== undefined) {
    other.accounts = {
      profile: async () => null,
      async children(_account, call) {
        call.notes?.assumed();
        return [];
      },
    };
  }
  return other;
}

function assumedInvoice(place: InvoicePlace, { details, forecast }: Source): Invoice {
  const { source, account, key } = place;
  return {
    ...blankInvoice,
    source,
    account,
    key,
    id: invoiceId(place),
    isDetailed: details === undefined,
    ...forecast?.assume?.(place),
  };
}

// Settings name a currency and terms of payment: each account's may be another one.
function assumedSettings(source: string, account: string): InvoiceSettings {
  return {
    source,
    account,
    retainsInvoiceType: null,
    paysInvoiceFee: null,
    allowsInvoicePaymentFromOrder: null,
    sendsInvoiceFromOrderByEmail: null,
    orderInvoiceEmail: null,
    currencyId: assumedId(account),
    paymentTermsId: assumedId(account),
    invoiceTypeId: null,
    interestTypeId: null,
    invoiceCycleId: null,
    creditAccountId: null,
    recipientAccount: null,
    reverseTax: null,
    raw: null,
  };
}
