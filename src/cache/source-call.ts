/** The call that a source is asked under, for all who wait for its answer. */
import type { EndSignal } from "../model/ending.ts";
import type { Call } from "../model/source.ts";

type Listeners = Pick<Call, "onBytes" | "onExchange" | "trace" | "notes">;

/** A call within another, whose end it shares, and whose deadline, which moves when somebody more patient joins. */
export class SourceCall implements Call {
  readonly signal: EndSignal;
  readonly onBytes: Call["onBytes"];
  readonly onExchange: Call["onExchange"];
  readonly trace: Call["trace"];
  readonly notes: Call["notes"];
  readonly within: Call;

  constructor(within: Call, { onBytes, onExchange, trace, notes }: Listeners) {
    this.within = within;
    this.signal = within.signal;
    this.onBytes = onBytes;
    this.onExchange = onExchange;
    this.trace = trace;
    this.notes = notes;
  }

  get deadlineAt(): number {
    return this.within.deadlineAt;
  }
}
