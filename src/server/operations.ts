/** What every operation passes before it runs, on every transport: known text, limits, cost, budget. */
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  OperationTypeNode,
  getOperationAST,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { Failure } from "../model/errors.ts";
import { toClientError } from "../schema/errors.ts";
import type { Limits } from "./config.ts";
import type { RequestContext } from "./graphql.ts";
import { withFirst } from "./incremental.ts";
import { checkDocument } from "./limits/document.ts";
import { checkText } from "./limits/text.ts";
import { checkExtensions } from "./limits/variables.ts";
import { type Params, readParams } from "./params.ts";
import { type RateLimiter, rateLimited } from "./rate-limit.ts";
import { withStatus } from "./status.ts";
import type { TrustedDocuments } from "./trusted-documents.ts";

export interface OperationRules {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  /** Null: no budget. */
  readonly rateLimit: RateLimiter | null;
  /** Null: every text is answered. */
  readonly trustedDocuments: TrustedDocuments | null;
}

/** What an operation cost, as `extensions.cost` tells it. */
interface Cost {
  readonly requested: number;
  readonly limit: number;
  /** What is left of the budget; absent when there is none. */
  readonly remaining?: number;
}

/** The rules as a plugin of Yoga. */
export function operationRules({
  schema,
  limits,
  rateLimit,
  trustedDocuments,
}: OperationRules): Plugin<RequestContext, RequestContext> {
  const costs = new WeakMap<object, Cost>();
  const paid = new WeakSet<object>();

  function textOf(params: Params): string {
    const text = trustedDocuments === null ? params.query : trustedDocuments.textOf(params);
    if (text === undefined)
      throw new Failure("BAD_INPUT", { message: "Send the operation as text, in the parameter `query`." });
    return text;
  }

  return {
    onRequestParse({ setRequestParser, serverContext: { req, body } }) {
      setRequestParser(() => readParams(req, body) as never);
    },

    onParams({ params, setParams }) {
      const { documentId: _, ...asked } = params as Params;
      checkExtensions(asked.extensions, limits);
      const query = textOf(params as Params);
      checkText(query, limits);
      setParams({ ...asked, query });
    },

    onParse({ context }) {
      // Runs after parsing and before validation, which itself can be made slow.
      return ({ result }) => {
        if (result instanceof Error || result === null) return;
        const { operationName, variables } = context.params;
        const { cost } = checkDocument({ schema, document: result, operationName, variables, limits });
        if (context.req.method === "GET") mustBeQuery(result, operationName);
        costs.set(context.req, { requested: cost, limit: limits.cost });
      };
    },

    async onExecute({ args, setResultAndStopExecution }) {
      const { req, viewer } = args.contextValue;
      const cost = costs.get(req);
      if (cost === undefined) return undefined;
      if (rateLimit !== null) {
        const { remaining, retryAfterSeconds } = await rateLimit.take(viewer.id, cost.requested);
        paid.add(req);
        costs.set(req, { ...cost, remaining });
        if (retryAfterSeconds !== null) {
          setResultAndStopExecution({
            errors: [toClientError(rateLimited(retryAfterSeconds), () => {})],
            extensions: { cost: costs.get(req) },
          });
          return undefined;
        }
      }
      return {
        onExecuteDone({ result, setResult }) {
          const extended = (one: ExecutionResult) => ({
            ...one,
            extensions: { ...one.extensions, cost: costs.get(req) },
          });
          setResult(Symbol.asyncIterator in result ? withFirst(result, extended) : extended(result));
        },
      };
    },

    async onResultProcess({ result, setResult, serverContext: { req, viewer } }) {
      // What is refused before it runs costs something too: reading, parsing and validating are work.
      if (rateLimit !== null && !paid.has(req)) await rateLimit.take(viewer.id, 1);
      if (!Array.isArray(result) && !(Symbol.asyncIterator in result)) setResult(withStatus(result));
    },
  };
}

function mustBeQuery(document: DocumentNode, operationName: string | undefined): void {
  if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.QUERY)
    throw new Failure("METHOD_NOT_ALLOWED", {
      message: "GET is for queries: send this operation with POST.",
    });
}
