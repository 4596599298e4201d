/** The last look at an operation before it runs: its shape, its variables and its cost. */
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from "graphql";
import { Failure } from "../../model/errors.ts";
import type { Limits } from "../config.ts";
import { costOf } from "./cost.ts";
import { checkIncremental } from "./incremental.ts";
import { checkStructure, fragmentsOf, operationOf } from "./structure.ts";
import { checkVariables, type Variables } from "./variables.ts";

/** What is to run. */
export interface RequestedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** As they were sent. */
  readonly variables?: unknown;
  readonly limits: Limits;
  /** Its shape has passed these limits before. */
  readonly isSound?: boolean;
}

/**
 * The cost of the operation. Throws LIMIT_EXCEEDED over a limit, and BAD_INPUT when the operation or its variables are
 * none. Safe on documents that are not validated yet, and meant to come first: validation itself can be made slow.
 */
export function checkDocument(request: RequestedOperation): { readonly cost: number } {
  const { schema, document, limits } = request;
  if (request.isSound !== true) checkStructure(document, limits);
  const operation = operationOf(document, request.operationName);
  const variables = checkVariables(request.variables, limits);
  const known = withDefaults(operation, variables);
  checkIncremental(document, known, limits);
  const cost = costOf(schema, operation, fragmentsOf(document), known);
  if (cost > limits.cost)
    throw new Failure("LIMIT_EXCEEDED", {
      message: `The operation may return too much: it costs ${cost}, and ${limits.cost} is allowed; ask for smaller pages.`,
    });
  return { cost };
}

// As the executor has it: an explicit null is no reason for the default.
function withDefaults(operation: OperationDefinitionNode, variables: Variables): Variables {
  const all: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(variables, name)) all[name] = variables[name];
    else if (defaultValue !== undefined) all[name] = valueFromASTUntyped(defaultValue);
  }
  return all;
}
