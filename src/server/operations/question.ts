/** What requests ask, beside the document: read once for bodies that are sent again and again. */
import { LRUCache } from "lru-cache";
import type { Subject } from "../sharing/subject.ts";
import { type Params, decode, readText } from "./params.ts";
import type { Cost } from "./pipeline.ts";

/** What came of a question that is within all limits, together with a document. */
export interface Passed {
  readonly text: string;
  /** Not the document itself, which takes hundreds of times its text. */
  readonly documentId: number;
  readonly cost: Cost;
  readonly subject: Subject;
}

/** What is asked of a document. */
export class Question {
  readonly params: Params;
  /** Null: not yet. */
  passed: Passed | null = null;

  constructor(params: Params) {
    this.params = params;
  }

  /** As text: equal texts ask the same. Only once the variables have passed their limits. */
  get text(): string {
    const { operationName = "", variables } = this.params;
    return variables === undefined ? operationName : `${operationName} ${JSON.stringify(variables)}`;
  }
}

/** Reads a body as `readParams` does. */
export type ReadQuestion = (body: Buffer) => Question;

interface Sent {
  readonly body: Buffer;
  readonly question: Question;
}

const mostCharacters = 500_000;
const mostOfOne = mostCharacters / 50;
const places = 64;

/** Nothing is remembered yet. */
export function createQuestionReader(): ReadQuestion {
  const remembered = new LRUCache<string, Question>({
    maxSize: mostCharacters,
    maxEntrySize: mostOfOne,
    sizeCalculation: (_question, text) => text.length,
  });
  // Some of the last ones, by their length: to compare bytes takes a fifth of decoding them and looking up their text.
  const last: (Sent | null)[] = Array.from({ length: places }, () => null);

  return (body) => {
    const place = body.length % places;
    const known = last[place];
    if (known?.body.equals(body)) return known.question;
    const text = decode(body);
    let question = remembered.get(text);
    if (question === undefined) remembered.set(text, (question = new Question(readText(text))));
    // Only what came before: most that is new never comes again.
    else if (body.length <= mostOfOne) last[place] = { body: Buffer.from(body), question };
    return question;
  };
}
