/** A source whose callers may want to be explained: the same port, with every ask written down for those who do. */
import { toFailure } from "../model/errors.ts";
import type { Ask } from "../model/forecast.ts";
import type { Call, Source } from "../model/source.ts";

/** The same source. Calls without `explain` go straight through. */
export function explained(source: Source): Source {
  const { invoices, details, files, settings, accounts } = source;

  function noted<T>(ask: Ask, call: Call, go: (call: Call) => Promise<T>): Promise<T> {
    return call.explain === undefined
      ? go(call)
      : writtenDown(call.explain.asking(source, ask, call), go, call);
  }

  async function writtenDown<T>(
    notes: NonNullable<Call["notes"]>,
    go: (call: Call) => Promise<T>,
    call: Call,
  ): Promise<T> {
    try {
      const value = await go({ ...call, notes });
      notes.end(null);
      return value;
    } catch (thrown) {
      notes.end(toFailure(thrown, source.id));
      throw thrown;
    }
  }

  const same: { -readonly [Name in keyof Source]: Source[Name] } = { ...source };
  if (invoices !== undefined) {
    same.invoices = {
      ...invoices,
      ask: (question, call) =>
        noted({ for: "invoices", question }, call, (own) => invoices.ask(question, own)),
    };
  }
  if (details !== undefined) {
    same.details = {
      ...details,
      // What is whole already is given back as it is.
      ask: (invoice, call) =>
        invoice.isDetailed
          ? details.ask(invoice, call)
          : noted({ for: "details", invoice }, call, (own) => details.ask(invoice, own)),
    };
  }
  if (files !== undefined) {
    same.files = {
      ...files,
      async *fetch(batch, format, call) {
        const notes = call.explain?.asking(source, { for: "files", invoices: batch, format }, call);
        try {
          yield* files.fetch(batch, format, notes === undefined ? call : { ...call, notes });
          notes?.end(null);
        } catch (thrown) {
          notes?.end(toFailure(thrown, source.id));
          throw thrown;
        }
      },
    };
  }
  if (settings !== undefined) {
    same.settings = {
      ...settings,
      ask: (account, call) => noted({ for: "settings", account }, call, (own) => settings.ask(account, own)),
      currency: (id, call) => noted({ for: "currency", id }, call, (own) => settings.currency(id, own)),
      paymentTerms: (call) => noted({ for: "paymentTerms" }, call, (own) => settings.paymentTerms(own)),
    };
  }
  if (accounts !== undefined) {
    same.accounts = {
      ...accounts,
      profile: (account, call) =>
        noted({ for: "profile", account }, call, (own) => accounts.profile(account, own)),
      children: (account, call) =>
        noted({ for: "children", account }, call, (own) => accounts.children(account, own)),
    };
  }
  return same;
}
