/** A request's memory of upstream answers: each question is asked once, however many fields need it. */
import type { ClosedRange } from "../model/day.ts";
import { type Failure, toFailure } from "../model/errors.ts";
import type { Answer, Call, Freshness, Question, Source } from "../model/source.ts";
import { withRepeatedNumbers } from "./repeated-numbers.ts";

/** An answer, or why there is none. */
export type Outcome<T> =
  | { readonly answer: T; readonly failure: null }
  | { readonly answer: null; readonly failure: Failure };

/** A question and what came of it. */
export interface Asked {
  readonly question: Question;
  readonly outcome: Outcome<Answer>;
}

/** A question that is on its way. */
export interface Asking {
  readonly question: Question;
  readonly outcome: Promise<Outcome<Answer>>;
}

/** Asks questions of sources. Never rejects: a failure is an outcome. */
export interface Answers {
  /** Without a freshness any answer will do that this request has had already. */
  ask(source: Source, question: Question, freshness?: Freshness): Promise<Outcome<Answer>>;
  /** All questions that these accounts need for these days of issue, side by side: they are on their way when it returns. */
  askAll(
    source: Source,
    accounts: readonly string[],
    issuedOn: ClosedRange,
    freshness?: Freshness,
  ): readonly Asking[];
}

/** Answers for one request. */
export function createAnswers(call: Call): Answers {
  const asked = new Map<Source, Map<string, Wished[]>>();

  async function outcomeFrom(
    source: Source,
    question: Question,
    freshness?: Freshness,
  ): Promise<Outcome<Answer>> {
    try {
      if (source.invoices === undefined) throw new Error(`${source.id} lists no invoices`);
      const own = freshness === undefined ? call : { ...call, freshness };
      const looked = withRepeatedNumbers(await source.invoices.ask(question, own));
      return { answer: looked instanceof Promise ? await looked : looked, failure: null };
    } catch (thrown) {
      return { answer: null, failure: toFailure(thrown, source.id) };
    }
  }

  function ask(source: Source, question: Question, freshness?: Freshness): Promise<Outcome<Answer>> {
    let ofSource = asked.get(source);
    if (ofSource === undefined) asked.set(source, (ofSource = new Map()));
    let answers = ofSource.get(question.key);
    if (answers === undefined) ofSource.set(question.key, (answers = []));
    const wish = freshness === undefined ? "" : `${freshness.maxAgeMs} ${freshness.staleIfErrorMs}`;
    const known = freshness === undefined ? answers[0] : answers.find((each) => each.wish === wish);
    if (known !== undefined) return known.outcome;
    const outcome = outcomeFrom(source, question, freshness);
    answers.push({ wish, outcome });
    return outcome;
  }

  return {
    ask,
    askAll(source, accounts, issuedOn, freshness) {
      const questions = accounts.length === 0 ? [] : (source.invoices?.questions(accounts, issuedOn) ?? []);
      return questions.map((question) => ({ question, outcome: ask(source, question, freshness) }));
    },
  };
}

/** What was answered to a question, and the freshness that was wished for. */
interface Wished {
  readonly wish: string;
  readonly outcome: Promise<Outcome<Answer>>;
}

/** A promise's outcome. */
export function outcomeOf<T>(promise: Promise<T>, source: string): Promise<Outcome<T>> {
  return promise.then(
    (answer) => ({ answer, failure: null }),
    (thrown) => ({ answer: null, failure: toFailure(thrown, source) }),
  );
}
