/** Explanations as a plugin of Yoga: told what runs, and put into the answer. */
import { getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import { explainedResult } from "../../explain/explanation.ts";
import { Failure } from "../../model/errors.ts";
import { toClientError } from "../../schema/errors.ts";
import { fragmentsOf } from "../limits/structure.ts";
import type { RequestContext } from "./graphql.ts";
import { withFirst } from "./incremental.ts";

/** The plugin; it stands after the one that says what an operation costs. */
export function explaining(): Plugin<RequestContext, RequestContext> {
  return {
    onExecute({ args: { schema, document, operationName, contextValue, variableValues: variables } }) {
      const { explanation } = contextValue;
      const operation = getOperationAST(document, operationName);
      if (explanation === null || !operation) return undefined;
      explanation.expect({ schema, operation, fragments: fragmentsOf(document), variables });
      return {
        async onExecuteDone({ result, setResult }) {
          if (!(Symbol.asyncIterator in result)) setResult(explainedResult(result, explanation));
          else if (!explanation.isPlan)
            setResult(withFirst(result, (first) => explainedResult(first, explanation)));
          else {
            // Nothing of it is shown: it only has to come to its end.
            for await (const _piece of result);
            setResult(explainedResult({}, explanation));
          }
        },
      };
    },

    onSubscribe({ args, setResultAndStopExecution }) {
      if ((args.contextValue as RequestContext).explanation === null) return;
      const failure = new Failure("BAD_INPUT", { message: "A subscription cannot be explained." });
      setResultAndStopExecution({ errors: [toClientError(failure, () => {})] });
    },
  };
}
