/** The steps of every operation as a plugin of Yoga, for what does not come through the lane. */
import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import { toClientError } from "../../schema/errors.ts";
import { withStatus } from "../edge/status.ts";
import { type Params, readParams } from "../operations/params.ts";
import type { Cost, Pipeline } from "../operations/pipeline.ts";
import { Question } from "../operations/question.ts";
import type { RequestContext } from "./graphql.ts";
import { withFirst } from "./incremental.ts";

/** The plugin. */
export function operationRules(pipeline: Pipeline): Plugin<RequestContext, RequestContext> {
  const { documents } = pipeline;
  const costs = new WeakMap<object, Cost>();
  const paid = new WeakSet<object>();

  return {
    onRequestParse({ setRequestParser, serverContext: { req, body } }) {
      setRequestParser(() => readParams(req, body) as never);
    },

    onParams({ params, setParams }) {
      const { documentId: _, ...asked } = params as Params;
      setParams({ ...asked, query: pipeline.textOf(params as Params) });
    },

    onParse({ params, context, setParsedDocument }) {
      const known = documents.read(String(params.source));
      // Before validation, which itself can be made slow.
      costs.set(context.req, pipeline.priceOf(known, new Question(context.params), context.req.method));
      setParsedDocument(known.document);
    },

    onValidate({ params, setResult }) {
      const known = documents.of(params.documentAST);
      if (known !== undefined) setResult([...known.problems()]);
    },

    async onExecute({ args, setResultAndStopExecution }) {
      const { req, viewer, explanation } = args.contextValue;
      const asked = costs.get(req);
      if (asked === undefined) return undefined;
      // A plan asks no source: it costs what a refusal does.
      const price = explanation?.isPlan === true ? 1 : asked.requested;
      const { cost, refusal } = await pipeline.pay(viewer, asked, price);
      paid.add(req);
      if (refusal !== null) {
        setResultAndStopExecution({
          errors: [toClientError(refusal, () => {})],
          extensions: { cost },
        });
        return undefined;
      }
      return {
        onExecuteDone({ result, setResult }) {
          setResult(
            Symbol.asyncIterator in result
              ? withFirst(result, (piece) => withCost(piece, cost))
              : withCost(result, cost),
          );
        },
      };
    },

    async onSubscribe({ args, setResultAndStopExecution }) {
      const { req, viewer } = args.contextValue as RequestContext;
      const asked = costs.get(req);
      if (asked === undefined) return;
      const { refusal } = await pipeline.pay(viewer, asked);
      paid.add(req);
      if (refusal !== null) setResultAndStopExecution({ errors: [toClientError(refusal, () => {})] });
    },

    async onResultProcess({ result, setResult, serverContext: { req, viewer } }) {
      if (!paid.has(req)) await pipeline.payForRefusal(viewer);
      if (!Array.isArray(result) && !(Symbol.asyncIterator in result)) setResult(withStatus(result));
    },
  };
}

function withCost(result: ExecutionResult, cost: Cost): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, cost } };
}
