/** What an operation costs: one for each object that it may return, lists counted in full, variables known. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from "graphql";
import { listSizeOf, type FieldCost } from "./list-size.ts";
import { add, multiply } from "./saturating.ts";
import type { Variables } from "./variables.ts";

/** What a selection costs: `fixed`, and `perItem` for each item of the connection that it may be the selection of. */
interface Cost {
  fixed: number;
  perItem: number;
}

const free: Readonly<Cost> = { fixed: 0, perItem: 0 };
const assumedSize = 10;
// The lists of a connection: the size is said by the field that returns the connection, not by them.
const connectionLists: ReadonlySet<string> = new Set(["edges", "nodes"]);

/**
 * The cost of an operation. A field that returns an object costs its weight (1), and a list that times its size; a leaf
 * costs nothing. @defer and @stream make nothing cheaper: each piece costs one more. What @skip and @include leave out is free. Linear in the size of the document: a fragment is counted
 * once, because its cost depends on nothing but the variables. `variables` hold the operation's defaults.
 */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): number {
  const known = new Map<string, Cost>();

  function ofFragment(name: string): Readonly<Cost> {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    const fragment = fragments.get(name);
    if (fragment === undefined) return free;
    known.set(name, free);
    const cost = ofSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    known.set(name, cost);
    return cost;
  }

  function ofSelections(set: SelectionSetNode, parent: GraphQLNamedType | undefined): Cost {
    const cost = { ...free };
    for (const selection of set.selections) {
      if (isLeftOut(selection, variables)) continue;
      const one = ofSelection(selection, parent);
      // Each piece costs something of its own: it is kept apart, and written apart.
      cost.fixed = add(cost.fixed, isDeferred(selection) ? add(one.fixed, 1) : one.fixed);
      cost.perItem = add(cost.perItem, one.perItem);
    }
    return cost;
  }

  function ofSelection(selection: SelectionNode, parent: GraphQLNamedType | undefined): Readonly<Cost> {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.FIELD) return ofField(selection, parent);
    const condition = selection.typeCondition?.name.value;
    return ofSelections(selection.selectionSet, condition === undefined ? parent : schema.getType(condition));
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType | undefined): Readonly<Cost> {
    const field = fieldOf(parent, node.name.value);
    const declared = field?.extensions["cost"] as FieldCost | undefined;
    const type = field === undefined ? undefined : getNamedType(field.type);
    // A field that the schema does not have costs what it holds; validation refuses it.
    const weight = declared?.weight ?? (type !== undefined && isCompositeType(type) ? 1 : 0);
    const below = node.selectionSet === undefined ? free : ofSelections(node.selectionSet, type);
    const size = field === undefined ? null : listSizeOf(field, node, declared, variables);
    const each = multiply(size ?? 0, declared?.perItem ?? 0);
    if (field !== undefined && isListType(getNullableType(field.type))) {
      const item = add(weight + (isStreamed(node) ? 1 : 0), resolved(below, assumedSize));
      const own = size ?? declared?.defaultSize ?? null;
      if (own === null && connectionLists.has(node.name.value)) return { fixed: 0, perItem: item };
      return { fixed: add(each, multiply(own ?? assumedSize, item)), perItem: 0 };
    }
    const held = resolved(below, size ?? declared?.defaultSize ?? assumedSize);
    return { fixed: add(add(weight, each), held), perItem: 0 };
  }

  const root = schema.getRootType(operation.operation) ?? undefined;
  return resolved(ofSelections(operation.selectionSet, root), assumedSize);
}

function fieldOf(
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  const fields = parent.getFields();
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function resolved(cost: Readonly<Cost>, size: number): number {
  return add(cost.fixed, multiply(size, cost.perItem));
}

function isDeferred({ kind, directives }: SelectionNode): boolean {
  return kind !== Kind.FIELD && directives?.some(({ name }) => name.value === "defer") === true;
}

function isStreamed({ directives }: FieldNode): boolean {
  return directives?.some(({ name }) => name.value === "stream") === true;
}

function isLeftOut(selection: SelectionNode, variables: Variables): boolean {
  return (selection.directives ?? []).some(({ name, arguments: given }) => {
    if (name.value !== "skip" && name.value !== "include") return false;
    const condition = given?.find((argument) => argument.name.value === "if")?.value;
    const leavesOut = name.value === "skip";
    if (condition?.kind === Kind.VARIABLE) return variables[condition.name.value] === leavesOut;
    return condition?.kind === Kind.BOOLEAN && condition.value === leavesOut;
  });
}
