/** What can be watched: requests, the operations in them, and exchanges with sources. */
import type { IncomingMessage } from "node:http";
import type { Failure } from "../model/errors.ts";

/** The parts of the service that requests are for. */
export const routes = ["graphql", "subgraph", "files", "other"] as const;
export type Route = (typeof routes)[number];

/** What is known of a request; filled in while it is worked on. */
export interface RequestRecord {
  /** Also in the answer's header x-request-id. */
  readonly id: string;
  readonly method: string;
  readonly route: Route;
  /** Null: it has no name, or none ran. */
  operation: string | null;
  /** Null until an operation runs. */
  type: "query" | "mutation" | "subscription" | null;
  /** As estimated before it runs; null when it was not. */
  cost: number | null;
  viewer: string | null;
  /** Codes of the errors in the answer. */
  codes: readonly string[];
}

/** How a request ended. */
interface RequestEnd {
  readonly status: number;
  readonly ms: number;
  /** The client left before the answer was complete. */
  readonly isAborted: boolean;
}

/** A question to a source, all its attempts together. */
interface Exchange {
  readonly source: string;
  readonly method: string;
  /** Below the source's base URL, without the query, which may hold secrets. */
  readonly path: string;
  /** The request that it serves; absent when it serves none. */
  readonly trace: object | undefined;
}

/** How a question to a source ended. */
interface ExchangeEnd {
  readonly ms: number;
  /** Decoded bytes of all answers. */
  readonly bytes: number;
  /** How often it answered: once for each attempt that came so far. */
  readonly answers: number;
  /** Of its last answer; null when none came. */
  readonly status: number | null;
  readonly failure: Failure | null;
}

/** A question under way. */
export interface Watch {
  /** Headers to send along. */
  readonly headers?: Readonly<Record<string, string>>;
  end(end: ExchangeEnd): void;
}

/** Something that watches. What it throws is not caught: it must not. */
export interface Observer {
  requestBegan?(record: RequestRecord, request: IncomingMessage): void;
  operationBegan?(record: RequestRecord): void;
  operationEnded?(record: RequestRecord): void;
  requestEnded?(record: RequestRecord, end: RequestEnd): void;
  /** One was refused at the door, because there are too many: it neither begins nor ends. */
  requestRefused?(route: Route): void;
  exchangeBegan?(exchange: Exchange): Watch;
}
