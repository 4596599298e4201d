/** A request's memory of upstream answers: each question is asked once, however many fields need it. */
import type { ClosedRange } from "../model/day.ts";
import { type Failure, toFailure } from "../model/errors.ts";
import type { Answer, Call, Question, Source } from "../model/source.ts";
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

/** Asks questions of sources. Never rejects: a failure is an outcome. */
export interface Answers {
  ask(source: Source, question: Question): Promise<Outcome<Answer>>;
  /** All questions that these accounts need for these days of issue, side by side. */
  askAll(source: Source, accounts: readonly string[], issuedOn: ClosedRange): Promise<readonly Asked[]>;
}

/** Answers for one request. */
export function createAnswers(call: Call): Answers {
  const asked = new Map<Source, Map<string, Promise<Outcome<Answer>>>>();

  async function answer(source: Source, question: Question): Promise<Answer> {
    if (source.invoices === undefined) throw new Error(`${source.id} lists no invoices`);
    return withRepeatedNumbers(await source.invoices.ask(question, call));
  }

  function ask(source: Source, question: Question): Promise<Outcome<Answer>> {
    let ofSource = asked.get(source);
    if (ofSource === undefined) asked.set(source, (ofSource = new Map()));
    let outcome = ofSource.get(question.key);
    if (outcome === undefined) {
      ofSource.set(question.key, (outcome = outcomeOf(answer(source, question), source.id)));
    }
    return outcome;
  }

  return {
    ask,
    async askAll(source, accounts, issuedOn) {
      const questions = accounts.length === 0 ? [] : (source.invoices?.questions(accounts, issuedOn) ?? []);
      return Promise.all(
        questions.map(async (question) => ({ question, outcome: await ask(source, question) })),
      );
    },
  };
}

/** A promise's outcome. */
export function outcomeOf<T>(promise: Promise<T>, source: string): Promise<Outcome<T>> {
  return promise.then(
    (answer) => ({ answer, failure: null }),
    (thrown) => ({ answer: null, failure: toFailure(thrown, source) }),
  );
}
