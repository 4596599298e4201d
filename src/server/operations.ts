/** What every operation passes before it runs, on every transport: known text, limits, cost, budget. */
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { Failure } from "../model/errors.ts";
import { schema } from "../schema/index.ts";
import type { Limits } from "./config.ts";
import type { RequestContext } from "./graphql.ts";
import { checkDocument } from "./limits/document.ts";
import { checkText } from "./limits/text.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { TrustedDocuments } from "./trusted-documents.ts";

export interface OperationRules {
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
  readonly remaining?: number;
}

/** The rules as a plugin of Yoga. */
export function operationRules({
  limits,
  rateLimit,
  trustedDocuments,
}: OperationRules): Plugin<RequestContext> {
  const costs = new WeakMap<object, Cost>();
  return {
    onParams({ params, setParams }) {
      const query = trustedDocuments === null ? params.query : trustedDocuments.textOf(params);
      if (typeof query === "string") checkText(query, limits);
      if (query !== params.query) setParams({ ...params, ...(query !== undefined && { query }) });
    },

    onParse({ context }) {
      // Runs after parsing and before validation, which itself can be made slow.
      return ({ result }) => {
        if (result instanceof Error || result === null) return;
        const { operationName, variables } = context.params;
        const { cost } = checkDocument({ schema, document: result, operationName, variables, limits });
        costs.set(context.req, { requested: cost, limit: limits.cost });
      };
    },

    async onExecute({ args, setResultAndStopExecution }) {
      const { req, res, viewer } = args.contextValue;
      const cost = costs.get(req);
      if (cost === undefined) return undefined;
      if (rateLimit !== null) {
        const { remaining, retryAfterSeconds } = await rateLimit.take(viewer.id, cost.requested);
        if (retryAfterSeconds !== null) {
          res.setHeader("retry-after", String(retryAfterSeconds));
          const retryAt = new Date(Date.now() + retryAfterSeconds * 1000).toISOString();
          const failure = new Failure("RATE_LIMITED", { retryAt });
          setResultAndStopExecution({
            errors: [new GraphQLError(failure.message, { originalError: failure })],
          });
          return undefined;
        }
        costs.set(req, { ...cost, remaining });
      }
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return;
          setResult({ ...result, extensions: { ...result.extensions, cost: costs.get(req) } });
        },
      };
    },
  };
}
