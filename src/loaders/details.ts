/** Invoice details: asked for only when a selected field needs them, once per invoice and request. */
import type { Invoice } from "../model/invoice.ts";
import type { Call, Source } from "../model/source.ts";
import { type Outcome, outcomeOf } from "./answers.ts";

/** Asks for what lists leave out, once for each invoice of a request. */
export interface DetailLoader {
  /** The whole invoice; throws the source's Failure. An invoice that is whole already costs nothing. */
  load(invoice: Invoice): Promise<Invoice>;
  /** The same, without throwing. */
  outcome(invoice: Invoice): Promise<Outcome<Invoice>>;
}

/** Details for one request. */
export function createDetailLoader(sources: ReadonlyMap<string, Source>, call: Call): DetailLoader {
  const asked = new Map<string, Promise<Outcome<Invoice>>>();

  function outcome(invoice: Invoice): Promise<Outcome<Invoice>> {
    const reader = sources.get(invoice.source)?.details;
    if (invoice.isDetailed || reader === undefined)
      return Promise.resolve({ answer: invoice, failure: null });
    let found = asked.get(invoice.id);
    if (found === undefined)
      asked.set(invoice.id, (found = outcomeOf(reader.ask(invoice, call), invoice.source)));
    return found;
  }

  return {
    outcome,
    async load(invoice) {
      const { answer, failure } = await outcome(invoice);
      if (failure !== null) throw failure;
      return answer;
    },
  };
}
