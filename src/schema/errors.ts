/** The one place where a failure becomes a GraphQL error: named ones say what they may, surprises are masked. */
import { GraphQLError } from "graphql";
import { Failure, toFailure } from "../model/errors.ts";

/** What `extensions` of every error carries. */
export interface ErrorExtensions extends Record<string, unknown> {
  readonly code: string;
  readonly source?: string;
  readonly retryable: boolean;
  readonly retryAt?: string;
  readonly upstreamCode?: string;
}

/** A mistake in an argument, found while it is read. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_INPUT", retryable: false } });
}

/** A failure's extensions, as documented in docs/errors.md. */
function extensionsOf(failure: Failure): ErrorExtensions {
  return {
    code: failure.code,
    ...(failure.source !== null && { source: failure.source }),
    retryable: failure.retryable,
    ...(failure.retryAt !== null && { retryAt: failure.retryAt }),
    ...(failure.upstreamCode !== null && { upstreamCode: failure.upstreamCode }),
  };
}

/**
 * An error as a client may see it. Errors of GraphQL itself (syntax, validation, variables) pass with a code;
 * Failures say their sentence; anything else becomes INTERNAL, and `onSurprise` gets the original.
 */
export function toClientError(error: unknown, onSurprise: (original: unknown) => void): GraphQLError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (
    error instanceof GraphQLError &&
    (original === undefined || original === null || original instanceof GraphQLError)
  ) {
    return typeof error.extensions["code"] === "string" && "retryable" in error.extensions
      ? error
      : clientError(error, error.message, { code: codeOfGraphQL(error), retryable: false });
  }
  const failure = toFailure(original);
  if (failure.code === "INTERNAL") onSurprise(failure.cause ?? failure);
  return clientError(error, failure.message, extensionsOf(failure));
}

/** All of them; one that stands for many places only once. */
export function toClientErrors(
  errors: readonly unknown[],
  onSurprise: (original: unknown) => void,
): GraphQLError[] {
  return Array.from(new Set(errors), (error) => toClientError(error, onSurprise));
}

function codeOfGraphQL(error: GraphQLError): string {
  // An error with a path happened while a field was being resolved or completed: one of ours.
  if (error.path !== undefined) return "INTERNAL";
  return error.message.startsWith("Syntax Error") ? "GRAPHQL_PARSE_FAILED" : "GRAPHQL_VALIDATION_FAILED";
}

function clientError(error: unknown, text: string, extensions: ErrorExtensions): GraphQLError {
  const message = withoutSuggestion(text);
  const at = error instanceof GraphQLError ? error : null;
  return new GraphQLError(message, {
    extensions,
    ...(at?.nodes !== undefined && { nodes: at.nodes }),
    ...(at?.source !== undefined && { source: at.source }),
    ...(at?.positions !== undefined && { positions: at.positions }),
    ...(at?.path !== undefined && { path: at.path }),
  });
}

// graphql-js suggests names also where it cannot be told not to: in the values of variables, at the end of what it says. The text may hold
// whatever the client sent, up to a megabyte: a pattern that looks for the end from each beginning took 90 s for it.
function withoutSuggestion(text: string): string {
  const at = text.endsWith("?") ? text.lastIndexOf(" Did you mean ") : -1;
  return at === -1 ? text : text.slice(0, at);
}
