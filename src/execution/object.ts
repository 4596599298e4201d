/** Objects, and which type they are where the schema names several. */
import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import type { Complete, Place } from "./complete.ts";
import type { ObjectPlan, Run } from "./plan.ts";
import { isPromise } from "./text.ts";
import { writeObject } from "./write.ts";

/** The writer of objects of one type. */
export function objectCompleter(type: GraphQLObjectType, place: Place): Complete {
  const { planner, nodes } = place;
  if (type.isTypeOf !== undefined && type.isTypeOf !== null) return checkedObject(type, place);
  const plans = new PlanMemory();
  return (run, value, path) =>
    writeObject(run, plans.get(type) ?? plans.set(type, planner.below(nodes, type, run)), value, path);
}

// graphql-js asks isTypeOf of every object whose type has it.
function checkedObject(type: GraphQLObjectType, { schema, planner, nodes }: Place): Complete {
  const plans = new PlanMemory();
  return (run, value, path) => {
    const go = (isOfType: boolean) => {
      if (!isOfType)
        throw new GraphQLError(`Expected value of type "${type.name}" but got another one.`, { nodes });
      return writeObject(
        run,
        plans.get(type) ?? plans.set(type, planner.below(nodes, type, run)),
        value,
        path,
      );
    };
    run.asked += 1;
    const answer = type.isTypeOf?.(value, run.context, infoWith(schema)) ?? true;
    return isPromise(answer) ? answer.then(go) : go(answer);
  };
}

/** The writer of objects of an interface or a union. */
export function abstractCompleter(
  type: GraphQLAbstractType,
  { schema, planner, nodes, ...field }: Place,
): Complete {
  const plans = new PlanMemory();
  return (run, value, path) => {
    const go = (name: unknown) => {
      const found = possibleType(type, name, schema, nodes, field);
      return writeObject(
        run,
        plans.get(found) ?? plans.set(found, planner.below(nodes, found, run)),
        value,
        path,
      );
    };
    run.asked += 1;
    const name = typeNameOf(type, schema, value, run);
    return isPromise(name) ? name.then(go) : go(name);
  };
}

// In the words of graphql-js.
function possibleType(
  type: GraphQLAbstractType,
  name: unknown,
  schema: GraphQLSchema,
  nodes: readonly FieldNode[],
  { parentType, name: field }: Pick<Place, "parentType" | "name">,
): GraphQLObjectType {
  const found = typeof name === "string" ? schema.getType(name) : undefined;
  if (isObjectType(found) && schema.isSubType(type, found)) return found;
  const abstract = `Abstract type "${type.name}"`;
  const wrong =
    typeof name !== "string"
      ? `${abstract} must resolve to an Object type at runtime for field "${parentType.name}.${field}".`
      : found === undefined
        ? `${abstract} was resolved to a type "${name}" that does not exist inside the schema.`
        : `Runtime Object type "${name}" is not a possible type for "${type.name}".`;
  throw new GraphQLError(wrong, { nodes });
}

function typeNameOf(type: GraphQLAbstractType, schema: GraphQLSchema, value: unknown, run: Run): unknown {
  return (type.resolveType ?? defaultTypeResolver)(value, run.context, infoWith(schema), type);
}

// No type of ours asks for more than the schema.
const infoWith = (schema: GraphQLSchema) => ({ schema }) as GraphQLResolveInfo;

// Nearly every field has objects of one type: one comparison instead of a look-up.
class PlanMemory {
  private only: ObjectPlan | null = null;
  private readonly others = new Map<GraphQLObjectType, ObjectPlan>();

  get(type: GraphQLObjectType): ObjectPlan | undefined {
    return this.only?.type === type ? this.only : this.others.get(type);
  }

  set(type: GraphQLObjectType, plan: ObjectPlan): ObjectPlan {
    if (this.only === null) this.only = plan;
    else this.others.set(type, plan);
    return plan;
  }
}
