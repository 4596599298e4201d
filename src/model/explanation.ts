/** Who writes down what a request asked of its sources, when the request wants to be explained. */
import type { Failure } from "./errors.ts";
import type { Ask } from "./forecast.ts";
import type { Call, Source } from "./source.ts";

/** HIT: this process had it. SHARED_HIT: a replica had it. MISS: the source was asked. JOINED: it was being asked already. STALE: an older answer stands in. */
export type CacheVerdict = "HIT" | "SHARED_HIT" | "MISS" | "JOINED" | "STALE";

/** How an exchange ended. */
export interface ExchangeNote {
  readonly ms: number;
  /** Decoded bytes of all answers. */
  readonly bytes: number;
  /** Of the last answer; null when none came. */
  readonly status: number | null;
  readonly failure: Failure | null;
}

/** Writes down one exchange with a source, its attempts together. */
export interface ExchangeNotes {
  attempted(): void;
  end(note: ExchangeNote): void;
}

/** Writes down what became of one thing that a source was asked for. */
export interface AskNotes {
  answeredBy(verdict: CacheVerdict): void;
  exchange(request: { readonly method: "GET" | "POST"; readonly path: string }): ExchangeNotes;
  /** In a plan: the answer is kept, and took so many calls; null: nobody knows how many. */
  known(calls: number | null): void;
  /** In a plan: the answer is not known, and another one is made up. */
  assumed(): void;
  end(failure: Failure | null): void;
}

/** Writes down what one request asks for. */
export interface RequestNotes {
  /** Is nothing to be asked, and only said what would be? */
  readonly isPlan: boolean;
  asking(source: Source, ask: Ask, call: Call): AskNotes;
}
