/** Which fields a selection asks for on an object of one type, in the order of the answer: the specification's CollectFields. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What fields are collected from. */
export interface Selections {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced; only those in @skip and @include are looked at. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Field nodes by response name. Throws a GraphQLError when the condition of a @skip or @include is null. */
export function collectFields(
  selections: Selections,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  for (const set of sets) collect(selections, type, set, fields, seen);
  return fields;
}

function collect(
  selections: Selections,
  type: GraphQLObjectType,
  set: SelectionSetNode,
  fields: Map<string, FieldNode[]>,
  seen: Set<string>,
): void {
  for (const selection of set.selections) {
    // In the order of graphql-js: the condition of a fragment that is there already is not asked.
    if (selection.kind === Kind.FRAGMENT_SPREAD && seen.has(selection.name.value)) continue;
    if (!isIncluded(selections, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const nodes = fields.get(name);
      if (nodes === undefined) fields.set(name, [selection]);
      else nodes.push(selection);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (applies(selections, selection.typeCondition?.name.value, type))
        collect(selections, type, selection.selectionSet, fields, seen);
    } else {
      const name = selection.name.value;
      seen.add(name);
      const fragment = selections.fragments.get(name);
      if (fragment !== undefined && applies(selections, fragment.typeCondition.name.value, type))
        collect(selections, type, fragment.selectionSet, fields, seen);
    }
  }
}

function isIncluded({ variables }: Selections, selection: SelectionNode): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.["if"] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.["if"] !== false;
}

function applies({ schema }: Selections, condition: string | undefined, type: GraphQLObjectType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}
