/** Watches requests: around the front door for all of them, and inside the GraphQL server for what they ask. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Observer, RequestRecord, Route } from "./observer.ts";
import { requestIdOf } from "./request-id.ts";

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the GraphQL server's context must hold. */
interface WatchedContext {
  readonly req: IncomingMessage;
  readonly viewer: { readonly id: string };
}

export interface Requests {
  /** The same front door; every answer has x-request-id. */
  around(handle: Handle): Handle;
  /** What is put into the GraphQL server; empty when nobody watches. */
  plugins<Context extends WatchedContext>(): Plugin<Context, Context>[];
  /** What upstream calls of a request carry as `Call.trace`. */
  traceOf(request: IncomingMessage): object | undefined;
}

const routes: ReadonlyMap<string, Route | "health"> = new Map([
  ["graphql", "graphql"],
  ["subgraph", "subgraph"],
  ["files", "files"],
  ["livez", "health"],
  ["readyz", "health"],
]);

/** Lets these observers watch. What load balancers ask every few seconds is left out. */
export function createRequests(observers: readonly Observer[]): Requests {
  const records = new WeakMap<IncomingMessage, RequestRecord>();

  function begin(request: IncomingMessage, response: ServerResponse, id: string, route: Route): void {
    const startedAt = performance.now();
    const record: RequestRecord = {
      id,
      method: request.method ?? "GET",
      route,
      operation: null,
      type: null,
      cost: null,
      viewer: null,
      codes: [],
    };
    records.set(request, record);
    for (const observer of observers) observer.requestBegan?.(record, request);
    response.once("close", () => {
      const ms = performance.now() - startedAt;
      const end = { status: response.statusCode, ms, isAborted: !response.writableFinished };
      for (const observer of observers) observer.requestEnded?.(record, end);
    });
  }

  return {
    traceOf: (request) => records.get(request),

    around: (handle) => (request, response) => {
      const [, first = ""] = (request.url ?? "/").split(/[/?]/, 2);
      const route = routes.get(first) ?? "other";
      if (route !== "health") {
        const id = requestIdOf(request.headers);
        response.setHeader("x-request-id", id);
        if (observers.length > 0) begin(request, response, id, route);
      }
      return handle(request, response);
    },

    plugins: () => (observers.length === 0 ? [] : [watching(observers, records)]),
  };
}

function watching<Context extends WatchedContext>(
  observers: readonly Observer[],
  records: WeakMap<IncomingMessage, RequestRecord>,
): Plugin<Context, Context> {
  return {
    onRequestParse({ serverContext }) {
      const { req, viewer } = serverContext as unknown as WatchedContext;
      const record = records.get(req);
      if (record !== undefined) record.viewer = viewer.id;
    },

    onExecute({ args }) {
      const record = records.get((args.contextValue as WatchedContext).req);
      const operation = getOperationAST(args.document, args.operationName);
      if (record === undefined || !operation) return undefined;
      record.operation = operation.name?.value ?? null;
      record.type = operation.operation;
      for (const observer of observers) observer.operationBegan?.(record);
      return {
        onExecuteDone() {
          for (const observer of observers) observer.operationEnded?.(record);
        },
      };
    },

    onResultProcess({ result, serverContext }) {
      const record = records.get((serverContext as unknown as WatchedContext).req);
      if (record === undefined || Array.isArray(result) || Symbol.asyncIterator in result) return;
      const cost = (result.extensions?.["cost"] as { requested?: number } | undefined)?.requested;
      record.cost = cost ?? null;
      if (result.errors !== undefined)
        record.codes = [
          ...new Set(result.errors.map(({ extensions }) => String(extensions?.["code"] ?? "INTERNAL"))),
        ];
    },
  };
}
