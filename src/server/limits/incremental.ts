/** What an operation may ask for with @defer and @stream: so many of them, in places where they mean something. */
import {
  type ASTVisitor,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  getNullableType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  valueFromASTUntyped,
  visit,
} from "graphql";
import { Failure } from "../../model/errors.ts";
import type { Limits } from "../config.ts";
import type { Variables } from "./variables.ts";

/** Is it @defer or @stream? */
export function isIncremental({ name: { value } }: DirectiveNode): boolean {
  return value === "defer" || value === "stream";
}

/**
 * Throws LIMIT_EXCEEDED for a document with too many of them, and BAD_INPUT for an `initialCount` that is no number of items
 * of a page. `variables` hold the operation's defaults.
 */
export function checkIncremental(
  document: DocumentNode,
  variables: Variables,
  limits: Pick<Limits, "incremental" | "pageSize">,
): void {
  let count = 0;
  visit(document, {
    Directive(node) {
      if (!isIncremental(node)) return;
      count += 1;
      if (count > limits.incremental)
        throw new Failure("LIMIT_EXCEEDED", {
          message: `The operation has more than ${limits.incremental} @defer and @stream.`,
        });
      const given = node.arguments?.find(({ name }) => name.value === "initialCount");
      if (given !== undefined)
        checkInitialCount(valueFromASTUntyped(given.value, variables), limits.pageSize);
    },
  });
}

function checkInitialCount(value: unknown, most: number): void {
  // Missing and null are the default; what is no integer is validation's to refuse.
  if (typeof value !== "number" || (value >= 0 && value <= most)) return;
  throw new Failure("BAD_INPUT", { message: `\`initialCount\` of @stream must be from 0 to ${most}.` });
}

/** Validation: labels are literals and differ, @stream is on lists, and neither is on a mutation's or subscription's root. */
export function incrementalRule(context: ValidationContext): ASTVisitor {
  const labels = new Set<string>();
  let operation: OperationDefinitionNode | null = null;

  function refuse(node: DirectiveNode, message: string): void {
    context.reportError(new GraphQLError(message, { nodes: node }));
  }

  function checkLabel(node: DirectiveNode): void {
    const value = node.arguments?.find(({ name }) => name.value === "label")?.value;
    if (value === undefined || value.kind === Kind.NULL) return;
    if (value.kind !== Kind.STRING)
      refuse(node, `The label of @${node.name.value} must be a literal string.`);
    else if (labels.has(value.value)) refuse(node, "The labels of @defer and @stream must differ.");
    else labels.add(value.value);
  }

  return {
    OperationDefinition: {
      enter(node) {
        operation = node;
      },
      leave() {
        operation = null;
      },
    },
    Directive(node) {
      if (!isIncremental(node)) return;
      checkLabel(node);
      const schema = context.getSchema();
      const parent = context.getParentType();
      if (operation?.operation === "subscription") {
        refuse(node, "A subscription's events are whole: they take no @defer and no @stream.");
      } else if (parent && (parent === schema.getMutationType() || parent === schema.getSubscriptionType())) {
        refuse(node, `@${node.name.value} cannot be on a field of ${parent.name} itself.`);
      } else if (node.name.value === "stream") {
        const field = context.getFieldDef();
        if (field && !isListType(getNullableType(field.type)))
          refuse(
            node,
            `@stream is for lists; "${field.name}" is none. In a connection, stream its nodes or edges.`,
          );
      }
    },
  };
}
