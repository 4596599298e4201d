/** A request's memory of upstream answers: each question is asked once, however many fields need it. */
import { type Failure, toFailure } from "../model/errors.ts";
import type { Answer, Call, Question, Source } from "../model/source.ts";

/** An answer, or why there is none. */
export type Outcome<T> =
  | { readonly answer: T; readonly failure: null }
  | { readonly answer: null; readonly failure: Failure };

/** Asks questions of sources. Never rejects: a failure is an outcome. */
export interface Answers {
  ask(source: Source, question: Question): Promise<Outcome<Answer>>;
}

/** Answers for one request. */
export function createAnswers(call: Call): Answers {
  const asked = new Map<Source, Map<string, Promise<Outcome<Answer>>>>();
  return {
    ask(source, question) {
      let ofSource = asked.get(source);
      if (ofSource === undefined) asked.set(source, (ofSource = new Map()));
      let outcome = ofSource.get(question.key);
      if (outcome === undefined) {
        const answer =
          source.invoices?.ask(question, call) ?? Promise.reject(new Error(`${source.id} lists no invoices`));
        ofSource.set(question.key, (outcome = outcomeOf(answer, source.id)));
      }
      return outcome;
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
