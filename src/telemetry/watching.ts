/** Watching as a plugin of Yoga: who asks, what runs, and what came of it, piece by piece. */
import type { IncomingMessage } from "node:http";
import { type ExecutionArgs, type ExecutionResult, getOperationAST, type GraphQLError } from "graphql";
import { mapAsyncIterator, type Plugin } from "graphql-yoga";
import type { RequestWatch } from "./requests.ts";

/** What the GraphQL server's context must hold. */
export interface WatchedContext {
  readonly req: IncomingMessage;
  readonly viewer: { readonly id: string };
}

type Errors = readonly GraphQLError[];

/** A whole answer, or a piece of one. */
interface Told {
  readonly errors?: Errors;
  readonly incremental?: readonly { readonly errors?: Errors }[];
  readonly extensions?: ExecutionResult["extensions"];
}

interface Done {
  readonly result: ExecutionResult | AsyncIterable<ExecutionResult>;
  readonly setResult: (result: AsyncIterableIterator<ExecutionResult>) => void;
}

/** The plugin; it stands after those that change answers. */
export function watching<Context extends WatchedContext>(watch: RequestWatch): Plugin<Context, Context> {
  function tell(req: IncomingMessage, { errors = [], incremental = [], extensions }: Told): void {
    const cost = (extensions?.["cost"] as { requested?: number } | undefined)?.requested;
    const all = [errors, ...incremental.map((piece) => piece.errors ?? [])].flat();
    const codes = all.map((error) => String(error.extensions?.["code"] ?? "INTERNAL"));
    watch.answered(req, cost ?? null, codes);
  }

  function tellEach<T extends Told>(req: IncomingMessage, pieces: AsyncIterable<T>) {
    return mapAsyncIterator(pieces, (piece: T) => {
      tell(req, piece);
      return piece;
    });
  }

  /** What to do when it has run; null when there is no such operation. */
  function began({ document, operationName, contextValue }: ExecutionArgs): ((done: Done) => void) | null {
    const { req } = contextValue as WatchedContext;
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    watch.operationBegan(req, operation);
    return ({ result, setResult }) => {
      watch.operationEnded(req);
      if (Symbol.asyncIterator in result) setResult(tellEach(req, result));
    };
  }

  return {
    onRequestParse({ serverContext }) {
      const { req, viewer } = serverContext as unknown as WatchedContext;
      watch.asked(req, viewer.id);
    },

    onExecute({ args }) {
      const onExecuteDone = began(args);
      return onExecuteDone === null ? undefined : { onExecuteDone };
    },

    onSubscribe({ args }) {
      const onSubscribeResult = began(args);
      return onSubscribeResult === null ? undefined : { onSubscribeResult };
    },

    onResultProcess({ result, serverContext }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      tell((serverContext as unknown as WatchedContext).req, result as Told);
    },
  };
}
