/** Watches requests: around the front door for all of them, and inside the GraphQL server for what they ask. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { OperationDefinitionNode } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { EndSignal } from "../model/ending.ts";
import type { Observer, RequestRecord, Route } from "./observer.ts";
import { noteRequestId, requestIdOf } from "./request-id.ts";
import { type WatchedContext, watching } from "./watching.ts";

type Handle<Rest extends unknown[]> = (
  request: IncomingMessage,
  response: ServerResponse,
  ended: EndSignal,
  ...rest: Rest
) => Promise<void>;

/** What becomes of a GraphQL request, step by step, as whoever answers it tells. */
export interface RequestWatch {
  asked(request: IncomingMessage, viewerId: string): void;
  operationBegan(request: IncomingMessage, definition: OperationDefinitionNode): void;
  operationEnded(request: IncomingMessage): void;
  /**
   * `cost` is null when none was counted; `codes` are those of the errors in the answer. Called again for each further piece of one: the
   * codes are added.
   */
  answered(request: IncomingMessage, cost: number | null, codes: readonly string[]): void;
}

/** Tells observers of requests. */
export interface Requests {
  /** For a door of our own. */
  readonly watch: RequestWatch;
  /** The same front door; the id of every request is noted on its answer, for whoever answers to tell it. */
  around<Rest extends unknown[]>(handle: Handle<Rest>): Handle<Rest>;
  /** Tells of a request that was refused at the door; nothing else is known of it. */
  refused(route: Route): void;
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

// A client's name for its operation may be as long as a body: no line of the log and no span may be.
const mostOfName = 128;

// Not a WeakMap: what one holds outlives its request by many others.
const recorded = Symbol("recorded");

interface Recorded extends IncomingMessage {
  [recorded]?: RequestRecord;
}

/** Lets these observers watch. What load balancers ask every few seconds is left out. */
export function createRequests(observers: readonly Observer[]): Requests {
  const watch = createWatch(observers);

  function begin(
    request: IncomingMessage,
    response: ServerResponse,
    ended: EndSignal,
    id: string,
    route: Route,
  ): void {
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
    (request as Recorded)[recorded] = record;
    for (const observer of observers) observer.requestBegan?.(record, request);
    ended.addEventListener("abort", () => {
      const ms = performance.now() - startedAt;
      const end = { status: response.statusCode, ms, isAborted: !response.writableFinished };
      for (const observer of observers) observer.requestEnded?.(record, end);
    });
  }

  return {
    traceOf: (request) => (request as Recorded)[recorded],

    around:
      (handle) =>
      (request, response, ended, ...rest) => {
        const route = routeOf(request.url ?? "/");
        if (route !== "health") {
          const id = requestIdOf(request.headers);
          noteRequestId(response, id);
          if (observers.length > 0) begin(request, response, ended, id, route);
        }
        return handle(request, response, ended, ...rest);
      },

    refused(route) {
      for (const observer of observers) observer.requestRefused?.(route);
    },

    watch,
    plugins: () => (observers.length === 0 ? [] : [watching(watch)]),
  };
}

function createWatch(observers: readonly Observer[]): RequestWatch {
  return {
    asked(request, viewerId) {
      const record = (request as Recorded)[recorded];
      if (record !== undefined) record.viewer = viewerId;
    },
    operationBegan(request, definition) {
      const record = (request as Recorded)[recorded];
      if (record === undefined) return;
      record.operation = definition.name?.value.slice(0, mostOfName) ?? null;
      record.type = definition.operation;
      for (const observer of observers) observer.operationBegan?.(record);
    },
    operationEnded(request) {
      const record = (request as Recorded)[recorded];
      if (record !== undefined) for (const observer of observers) observer.operationEnded?.(record);
    },
    answered(request, cost, codes) {
      const record = (request as Recorded)[recorded];
      if (record === undefined) return;
      record.cost ??= cost;
      if (codes.length > 0) record.codes = [...new Set([...record.codes, ...codes])];
    },
  };
}

// By the first segment of the path; nearly all go to the first of them.
function routeOf(url: string): Route | "health" {
  if (url === "/graphql") return "graphql";
  const [, first = ""] = url.split(/[/?]/, 2);
  return routes.get(first) ?? "other";
}
