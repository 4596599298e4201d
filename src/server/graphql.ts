/** GraphQL over HTTP: Yoga with our schema, our context and our one way to show errors. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type DocumentNode,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type ValidationRule,
  validate,
} from "graphql";
import { type Plugin, createYoga } from "graphql-yoga";
import type { Context } from "../context.ts";
import { schema } from "../schema/index.ts";
import { toClientError } from "../schema/errors.ts";

/** What the edge knows of a request before Yoga sees it. */
export interface RequestContext extends Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export interface GraphQLOptions {
  readonly introspection: boolean;
  /** Gets what was masked. */
  readonly onSurprise: (original: unknown) => void;
  readonly plugins: readonly Plugin<RequestContext>[];
}

/** Handles requests to /graphql; everything that may be refused without parsing was refused before. */
export type GraphQLHandler = (request: RequestContext) => Promise<void>;

/** The handler. */
export function createGraphQLHandler({ introspection, onSurprise, plugins }: GraphQLOptions): GraphQLHandler {
  const yoga = createYoga<RequestContext>({
    schema,
    graphqlEndpoint: "/graphql",
    // The page, CORS and health are the edge's.
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    logging: false,
    maskedErrors: { isDev: false, maskError: (error) => toClientError(error, onSurprise) },
    plugins: [validation(introspection), ...plugins],
  });
  return async (request) => {
    await yoga(request.req, request.res, request);
  };
}

function validation(introspection: boolean): Plugin {
  return {
    onValidate({ addValidationRule, setValidationFn }) {
      // Suggestions would tell the schema to those who may not introspect it.
      const withoutSuggestions = (
        served: GraphQLSchema,
        document: DocumentNode,
        rules: readonly ValidationRule[],
      ) => validate(served, document, rules, { hideSuggestions: true });
      setValidationFn(withoutSuggestions as never);
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ result, setResult }) => setResult(result.map((error) => toClientError(error, () => {})));
    },
  };
}
