/** Answers in pieces: who gets them, and that every piece keeps the rules of a whole answer. */
import { type DocumentNode, type ExecutionResult, GraphQLError, visit } from "graphql";
import { mapAsyncIterator, type Plugin } from "graphql-yoga";
import { toClientErrors } from "../../schema/errors.ts";
import { jsonTypeFor } from "../edge/negotiate.ts";
import { isIncremental } from "../limits/incremental.ts";
import { type OnSurprise, surprisesOf } from "../surprise.ts";
import type { RequestContext } from "./graphql.ts";
import { formOf, sendPieces } from "./pieces.ts";

// Proxies end what is silent for a minute, some for half of one.
const aliveMs = 12_000;

/** One piece of an answer, as the executor gives it. */
interface Piece extends ExecutionResult {
  readonly incremental?: readonly { readonly errors?: readonly GraphQLError[] }[];
  readonly hasNext?: boolean;
}

/**
 * A plugin of Yoga. Clients that do not ask for pieces get one whole answer; in pieces, errors are masked like everywhere
 * (`onSurprise` gets what was masked), and nothing on the way may hold them back.
 */
export function incrementalDelivery(onSurprise: OnSurprise): Plugin<RequestContext, RequestContext> {
  const wholes = new WeakMap<DocumentNode, DocumentNode>();
  const isSubscribing = new WeakSet<object>();

  function wholeOf(document: DocumentNode): DocumentNode {
    let whole = wholes.get(document);
    if (whole === undefined) wholes.set(document, (whole = withoutPieces(document)));
    return whole;
  }

  return {
    onSubscribe({ args }) {
      isSubscribing.add(args.contextValue.req);
    },

    onExecute({ args }) {
      const { req, res } = args.contextValue;
      // "*/*" is said by whoever has not thought about it: pieces have to be asked for by name.
      if (formOf(req.headers.accept, "pieces") === null) args.document = wholeOf(args.document);
      return {
        onExecuteDone({ result, setResult }) {
          if (!(Symbol.asyncIterator in result)) return;
          const surprised = surprisesOf(onSurprise, res);
          setResult(mapAsyncIterator(result as AsyncIterable<Piece>, (piece) => masked(piece, surprised)));
        },
      };
    },

    onResultProcess({ result, setResultProcessor, serverContext: { req, res } }) {
      const isEvents = isSubscribing.has(req);
      const form = formOf(req.headers.accept, isEvents ? "events" : "pieces");
      if (form === null || Array.isArray(result)) return;
      const isWhole = !isEvents && !(Symbol.asyncIterator in result);
      // JSON is for who takes it, and a refusal has a status of its own.
      if (isWhole && (result.data === undefined || jsonTypeFor(req.headers.accept) !== null)) return;
      // Written by us: Yoga's own way waits for ever for a slow reader that has left, and its timer with it.
      setResultProcessor(async (last, { Response }) => {
        // A refused subscription is told in its stream, whose clients read nothing else, and without a status.
        const told = (isEvents ? result : last) as ExecutionResult | AsyncIterable<ExecutionResult>;
        await sendPieces(res, Symbol.asyncIterator in told ? told : only(told), form, aliveMs);
        return new Response();
      }, "multipart/mixed");
    },
  };
}

function masked(piece: Piece, onSurprise: (original: unknown) => void): Piece {
  const incremental = piece.incremental?.map((each) =>
    each.errors === undefined ? each : { ...each, errors: toClientErrors(each.errors, onSurprise) },
  );
  return {
    ...piece,
    ...(piece.errors !== undefined && { errors: toClientErrors(piece.errors, onSurprise) }),
    ...(incremental !== undefined && { incremental }),
  };
}

async function* only<T>(one: T): AsyncIterable<T> {
  yield one;
}

function withoutPieces(document: DocumentNode): DocumentNode {
  return visit(document, { Directive: (node) => (isIncremental(node) ? null : undefined) });
}

/** The same pieces, the first of them with a change. */
export function withFirst<T>(pieces: AsyncIterable<T>, change: (piece: T) => T): AsyncIterableIterator<T> {
  let isFirst = true;
  return mapAsyncIterator(pieces, (piece: T) => {
    const isChanged = isFirst;
    isFirst = false;
    return isChanged ? change(piece) : piece;
  });
}
