/** What every operation passes before it runs, in this order, at whichever door it came in: text, shape, cost, schema, budget. */
import { type DocumentNode, getOperationAST, type GraphQLSchema, OperationTypeNode } from "graphql";
import { LRUCache } from "lru-cache";
import { Failure } from "../../model/errors.ts";
import type { Viewer } from "../../model/viewer.ts";
import type { Limits } from "../config.ts";
import { checkDocument } from "../limits/document.ts";
import { type RateLimiter, rateLimited } from "../limits/rate-limit.ts";
import { checkText } from "../limits/text.ts";
import { checkExtensions, checkVariables } from "../limits/variables.ts";
import { createDocuments, type Documents, type KnownDocument } from "./documents.ts";
import { Subject } from "../sharing/subject.ts";
import type { Params } from "./params.ts";
import type { Passed, Question } from "./question.ts";
import type { TrustedDocuments } from "./trusted-documents.ts";

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Null: no budget. */
  readonly rateLimit: RateLimiter | null;
  /** Null: every text is answered. */
  readonly trustedDocuments: TrustedDocuments | null;
}

/** What an operation cost, as `extensions.cost` tells it. */
export interface Cost {
  readonly requested: number;
  readonly limit: number;
  /** What is left of the budget; absent when there is none. */
  readonly remaining?: number;
}

/** What paying gave. */
export interface Paid {
  readonly cost: Cost;
  /** RATE_LIMITED; null when the operation may run. */
  readonly refusal: Failure | null;
}

/** The steps. Each throws a Failure or a GraphQLError, which is the answer then. */
export interface Pipeline {
  readonly documents: Documents;
  /** The text of the operation, within limits. */
  textOf(params: Params): string;
  /** What it costs; safe before it is validated, which itself can be made slow. Only a query may come by GET. */
  priceOf(known: KnownDocument, question: Question, method: string | undefined): Cost;
  /** What `textOf` gives, parsed; looked up where the question passed before. */
  documentOf(question: Question): KnownDocument;
  /** Does what `priceOf` does, unless the question passed before, and notes on it that it did. */
  pass(known: KnownDocument, question: Question, method: string | undefined): Passed;
  /** Takes `price` from the budget, what it costs unless told; at once where there is no budget. */
  pay(viewer: Viewer, cost: Cost, price?: number): Paid | Promise<Paid>;
  /** What is refused before it runs costs something too: reading, parsing and validating are work. */
  payForRefusal(viewer: Viewer): Promise<void>;
}

const mostPriceCharacters = 1_000_000;

/** The steps over a schema. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { schema, introspection, limits, rateLimit, trustedDocuments } = options;
  const documents = createDocuments(schema, introspection);
  // What it costs is asked of every request, and the same is asked again and again.
  const prices = new LRUCache<string, number>({
    maxSize: mostPriceCharacters,
    maxEntrySize: mostPriceCharacters / 100,
    sizeCalculation: (_price, key) => key.length,
  });

  function textOf(params: Params): string {
    checkExtensions(params.extensions, limits);
    const text = trustedDocuments === null ? params.query : trustedDocuments.textOf(params);
    if (text === undefined)
      throw new Failure("BAD_INPUT", { message: "Send the operation as text, in the parameter `query`." });
    // What is remembered was looked at when it came first.
    if (documents.recall(text) === undefined) checkText(text, limits);
    return text;
  }

  function priceOf(known: KnownDocument, question: Question, method: string | undefined): Cost {
    const { document, isSound } = known;
    const { operationName } = question.params;
    const variables = checkVariables(question.params.variables, limits);
    const key = `${known.id} ${question.text}`;
    let cost = prices.get(key);
    if (cost === undefined) {
      ({ cost } = checkDocument({ schema, document, operationName, variables, limits, isSound }));
      known.isSound = true;
      prices.set(key, cost);
    }
    if (method === "GET") mustBeQuery(document, operationName);
    return { requested: cost, limit: limits.cost };
  }

  return {
    documents,
    textOf,
    priceOf,

    documentOf: ({ params, passed }) =>
      (passed === null ? undefined : documents.recall(passed.text)) ?? documents.read(textOf(params)),

    pass(known, question, method) {
      if (question.passed?.documentId === known.id && method === "POST") return question.passed;
      const cost = priceOf(known, question, method);
      const subject = new Subject(`${known.id} ${question.text}`);
      return (question.passed = { text: known.text, documentId: known.id, cost, subject });
    },

    pay: (viewer, cost, price = cost.requested) =>
      rateLimit === null ? { cost, refusal: null } : payFrom(rateLimit, viewer, cost, price),

    async payForRefusal(viewer) {
      await rateLimit?.take(viewer.id, 1);
    },
  };
}

async function payFrom(budget: RateLimiter, viewer: Viewer, cost: Cost, price: number): Promise<Paid> {
  const { remaining, retryAfterSeconds } = await budget.take(viewer.id, price);
  return {
    cost: { ...cost, remaining },
    refusal: retryAfterSeconds === null ? null : rateLimited(retryAfterSeconds),
  };
}

function mustBeQuery(document: DocumentNode, operationName: string | undefined): void {
  if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.QUERY)
    throw new Failure("METHOD_NOT_ALLOWED", {
      message: "GET is for queries: send this operation with POST.",
    });
}
