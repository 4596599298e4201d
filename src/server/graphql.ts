/** GraphQL over HTTP: Yoga with our schema, our context and our one way to show errors. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type ValidationRule,
  validate,
} from "graphql";
import { type Plugin, createYoga } from "graphql-yoga";
import { LRUCache } from "lru-cache";
import type { Context } from "../context.ts";
import { toClientError } from "../schema/errors.ts";
import { incrementalDelivery } from "./incremental.ts";

/** What the edge knows of a request before Yoga sees it. */
export interface RequestContext extends Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The whole body; null for a GET. */
  readonly body: Buffer | null;
  /** Tells that the request only waits from now on. */
  readonly settled: () => void;
}

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  /** Where it is asked, such as "/graphql". */
  readonly path: string;
  readonly introspection: boolean;
  /** Gets what was masked. */
  readonly onSurprise: (original: unknown) => void;
  readonly plugins: readonly Plugin<RequestContext, RequestContext>[];
}

/** Handles requests to its path; everything that may be refused without parsing was refused before. */
export type GraphQLHandler = (request: RequestContext) => Promise<void>;

/** The handler. */
export function createGraphQLHandler(options: GraphQLOptions): GraphQLHandler {
  const { schema, path, introspection, onSurprise, plugins } = options;
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
    parserAndValidationCache: { documentCache: rememberedDocuments(), errorCache: forgotten },
    maskedErrors: { isDev: false, maskError: (error) => toClientError(error, onSurprise) },
    plugins: [validation(introspection), incrementalDelivery(onSurprise), ...plugins],
  });
  return async (request) => {
    await yoga(request.req, request.res, request);
  };
}

// A parsed document takes some 250 bytes for each character of its text: with Yoga's own memory of 1,024 documents, a
// client that sends ever new ones of the largest size allowed could make the process hold gigabytes.
const mostCharacters = 250_000;

function rememberedDocuments() {
  return new LRUCache<string, DocumentNode>({
    maxSize: mostCharacters,
    maxEntrySize: mostCharacters / 10,
    sizeCalculation: (_document, text) => Math.max(1, text.length),
  });
}

// The text of a mistake is worth no memory at all.
const forgotten = { get: () => undefined, set: () => {} };

function validation(introspection: boolean): Plugin {
  return {
    onValidate({ addValidationRule, setValidationFn }) {
      setValidationFn(validateWithoutSuggestions as never);
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ result, setResult }) => setResult(result.map((error) => toClientError(error, () => {})));
    },
  };
}

// Suggestions would tell the schema to those who may not introspect it.
function validateWithoutSuggestions(
  served: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  return validate(served, document, rules, { hideSuggestions: true });
}
