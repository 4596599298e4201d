/** GraphQL over HTTP: Yoga with our schema, our context and our one way to show errors. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { GraphQLSchema } from "graphql";
import { type Plugin, createYoga } from "graphql-yoga";
import type { Context } from "../../context.ts";
import type { Explanation } from "../../explain/explanation.ts";
import { toClientError } from "../../schema/errors.ts";
import type { OnSurprise } from "../surprise.ts";
import { incrementalDelivery } from "./incremental.ts";

/** What the edge knows of a request before Yoga sees it. */
export interface RequestContext extends Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The whole body; null for a GET. */
  readonly body: Buffer | null;
  /** Tells that the request only waits from now on. */
  readonly settled: () => void;
  /** How the answer is to be explained; null: not at all. */
  readonly explanation: Explanation | null;
}

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  /** Where it is asked, such as "/graphql". */
  readonly path: string;
  /** Gets what was masked. */
  readonly onSurprise: OnSurprise;
  readonly plugins: readonly Plugin<RequestContext, RequestContext>[];
}

/** Handles requests to its path; everything that may be refused without parsing was refused before. */
export type GraphQLHandler = (request: RequestContext) => Promise<void>;

/** The handler. */
export function createGraphQLHandler(options: GraphQLOptions): GraphQLHandler {
  const { schema, path, onSurprise, plugins } = options;
  const yoga = createYoga<RequestContext>({
    schema,
    graphqlEndpoint: path,
    // The page, CORS and health are the edge's.
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    logging: false,
    // The edge has read the body under a limit of its own, and operationRules reads the parameters.
    maxRequestBodySize: false,
    extraParamNames: ["documentId"],
    // Documents are remembered for both doors, by operations/documents.ts.
    parserAndValidationCache: false,
    maskedErrors: { isDev: false, maskError: (error) => toClientError(error, onSurprise) },
    plugins: [incrementalDelivery(onSurprise), ...plugins],
  });
  return async (request) => {
    await yoga(request.req, request.res, request);
  };
}
