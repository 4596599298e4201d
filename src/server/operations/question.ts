/** What requests ask, beside the document: read once for bodies that are sent again and again. */
import { LRUCache } from "lru-cache";
import { type Params, decode, readText } from "./params.ts";

/** What is asked of a document. */
export class Question {
  readonly params: Params;
  #text: string | null = null;

  constructor(params: Params) {
    this.params = params;
  }

  /** As text: equal texts ask the same. Only once the variables have passed their limits. */
  get text(): string {
    const { operationName = "", variables } = this.params;
    return (this.#text ??=
      variables === undefined ? operationName : `${operationName} ${JSON.stringify(variables)}`);
  }
}

/** Reads a body as `readParams` does. */
export type ReadQuestion = (body: Buffer) => Question;

const mostCharacters = 500_000;

/** Nothing is remembered yet. */
export function createQuestionReader(): ReadQuestion {
  const remembered = new LRUCache<string, Question>({
    maxSize: mostCharacters,
    maxEntrySize: mostCharacters / 50,
    sizeCalculation: (_question, text) => text.length,
  });

  return (body) => {
    const text = decode(body);
    let question = remembered.get(text);
    if (question === undefined) remembered.set(text, (question = new Question(readText(text))));
    return question;
  };
}
