/** What an operation asks for, worked out once and then only followed: the fields of each object, how each is read and written. */
import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FragmentDefinitionNode,
  visit,
} from "graphql";
import { collectFields } from "./collect.ts";
import { type Complete, completer, type WriteValue, leafOf } from "./complete.ts";
import { constantOf, type Direct, directOf } from "./direct.ts";
import type { Failures, Path } from "./failures.ts";
import type { FieldHints, ObjectHints } from "./hints.ts";
import { infoOf } from "./info.ts";
import type { Lasting, Memory } from "./memory.ts";
import { type Stretch, stretchesOf } from "./stretch.ts";
import type { Pace } from "../model/pace.ts";

/** One execution. */
export interface Run {
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly failures: Failures;
  /** Of the request. */
  readonly pace: Pace;
  /** How many values did not follow from what holds them alone: fields that were asked, types that were found out, items that failed. */
  asked: number;
}

/** What does not depend on the request. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Where the texts of objects and lists that never change are remembered: see hints.ts. */
  readonly memory: Memory;
}

/** How one field of an object is read and written. */
export interface FieldPlan {
  readonly name: string;
  /** The text before its value, such as `,"name":`. */
  readonly opening: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly isNullable: boolean;
  /** Reads a leaf from its source and writes it; null: `resolve` is called. */
  readonly direct: Direct | null;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly takesInfo: boolean;
  /** Does what it gives follow from its object alone? */
  readonly isLasting: boolean;
  args(run: Run): Record<string, unknown>;
  info(run: Run, path: Path): GraphQLResolveInfo;
  /** Writes a leaf, null included, without needing its place; null where the field is no leaf. */
  readonly leaf: WriteValue | null;
  readonly complete: Complete;
}

/** The fields of one object type, in the order of the answer. */
export interface ObjectPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
  /** Those of them that are read from the object alone. */
  readonly stretches: readonly Stretch[];
  /** What is remembered of objects that never change; null for others. */
  readonly lasting: Lasting | null;
}

/** Plans for one set of answers to @skip and @include, made when an object of their type is met. */
export interface Planner {
  /** The plan of the operation itself. */
  root(type: GraphQLObjectType, run: Run): ObjectPlan;
  /** The plan of an object that these nodes' field returned. */
  below(nodes: readonly FieldNode[], type: GraphQLObjectType, run: Run): ObjectPlan;
}

/** A planner without plans. */
export function createPlanner(operation: Operation): Planner {
  const { schema, fragments, definition, memory } = operation;

  function plan(
    type: GraphQLObjectType,
    sets: Parameters<typeof collectFields>[2],
    { variables }: Run,
  ): ObjectPlan {
    const fields: FieldPlan[] = [];
    for (const [name, nodes] of collectFields({ schema, fragments, variables }, type, sets)) {
      const field = fieldOf(schema, type, nodes[0] as FieldNode);
      if (field !== undefined)
        fields.push(planField(operation, planner, type, field, name, nodes, fields.length === 0));
    }
    const { isLasting }: ObjectHints = type.extensions;
    const stretches = stretchesOf(fields);
    return { type, fields, stretches, lasting: isLasting === true ? memory.of(stretches) : null };
  }

  const planner: Planner = {
    root: (type, run) => plan(type, [definition.selectionSet], run),
    below: (nodes, type, run) =>
      plan(
        type,
        nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
        run,
      ),
  };
  return planner;
}

/** The names of the variables that stand in a @skip or @include: with other values of theirs, other fields are asked for. */
export function conditionsOf({ definition, fragments }: Operation): readonly string[] {
  const names = new Set<string>();
  for (const node of [definition, ...fragments.values()])
    visit(node, {
      Directive({ name, arguments: given = [] }) {
        if (name.value !== "skip" && name.value !== "include") return;
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  return [...names];
}

function planField(
  operation: Operation,
  planner: Planner,
  parentType: GraphQLObjectType,
  definition: GraphQLField<unknown, unknown>,
  name: string,
  nodes: readonly FieldNode[],
  isFirst: boolean,
): FieldPlan {
  const resolve = definition.resolve ?? defaultFieldResolver;
  const [node] = nodes as [FieldNode];
  // A function without parameters of its own may still read `arguments`.
  const takesInfo = resolve.length === 0 || resolve.length > 3;
  const isConstant = !hasVariables(node);
  const hints: FieldHints = definition.extensions;
  let constantArgs: Record<string, unknown> | null = definition.args.length === 0 ? noArguments : null;
  return {
    name,
    opening: `${isFirst ? "" : ","}"${name}":`,
    nodes,
    definition,
    parentType,
    isNullable: !isNonNullType(definition.type),
    direct: definition === TypeNameMetaFieldDef ? constantOf(parentType.name) : directOf(definition, resolve),
    resolve,
    takesInfo,
    isLasting: hints.isLasting === true && definition.args.length === 0,
    args(run) {
      if (constantArgs !== null) return constantArgs;
      const args = getArgumentValues(definition, node, run.variables);
      if (isConstant) constantArgs = args;
      return args;
    },
    info: (run, path) => infoOf({ operation, definition, nodes, parentType, path, variables: run.variables }),
    leaf: leafOf(definition.type, parentType, definition.name),
    complete: completer(definition.type, {
      schema: operation.schema,
      planner,
      nodes,
      parentType,
      name: definition.name,
      lists: hints.listLasts === true ? operation.memory.ofLists() : null,
    }),
  };
}

const noArguments: Record<string, unknown> = Object.freeze({});

function hasVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) visit(argument, { Variable: () => void (found = true) });
  return found;
}

function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  node: FieldNode,
): GraphQLField<any, any> | undefined {
  const name = node.name.value;
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  const fields = type.getFields();
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
