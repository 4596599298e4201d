/** Runs queries and mutations straight into JSON text. What is deferred, streamed or subscribed to is for graphql-js. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getVariableValues,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import { createPace, type Pace } from "../model/pace.ts";
import { createFailures, located } from "./failures.ts";
import type { Memory } from "./memory.ts";
import { conditionsOf, createPlanner, type Operation, type Planner, type Run } from "./plan.ts";
import { isWritten, type Text, type Written } from "./text.ts";
import { writeInTurn, writeObject } from "./write.ts";

/** What an execution gave. */
export interface Executed {
  /** The JSON text of `data`; null when nothing ran, because the variables are wrong. */
  readonly data: Written | null;
  readonly errors: readonly GraphQLError[];
}

/** An operation that can be run again and again. */
export interface Executable {
  /** What takes long rests between values, at the pace of the request; of its own unless there is one. */
  run(
    context: unknown,
    variables: Readonly<Record<string, unknown>> | undefined,
    pace?: Pace,
  ): Promise<Executed>;
}

const noVariables: ReturnType<typeof getVariableValues> = { coerced: Object.freeze(Object.create(null)) };

// Each set of answers to @skip and @include has a plan of its own; beyond so many the oldest is made anew.
const mostPlanners = 16;

/**
 * The operation as something to run. Nothing is worked out before it runs, and of that only what is met. The document
 * must be valid, and the operation a query or a mutation without @defer and @stream. Several may share a memory.
 */
export function toExecutable(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  memory: Memory,
): Executable {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const operation: Operation = { schema, definition, fragments, memory };
  const conditions = conditionsOf(operation);
  const declared = definition.variableDefinitions ?? [];
  const planners = new Map<string, Planner>();
  const roots = new WeakMap<Planner, ReturnType<Planner["root"]>>();

  function plannerFor({ variables }: Run): Planner {
    const key = conditions.map((name) => String(variables[name])).join(" ");
    let planner = planners.get(key);
    if (planner === undefined) {
      const [oldest] = planners.keys();
      if (planners.size >= mostPlanners && oldest !== undefined) planners.delete(oldest);
      planners.set(key, (planner = createPlanner(operation)));
    }
    return planner;
  }

  function write(run: Run): Text {
    const type = schema.getRootType(definition.operation);
    if (type === undefined || type === null)
      throw located(new Error(`The schema has no ${definition.operation}.`), [], undefined, "");
    const planner = plannerFor(run);
    let root = roots.get(planner);
    if (root === undefined) roots.set(planner, (root = planner.root(type, run)));
    return definition.operation === OperationTypeNode.MUTATION
      ? writeInTurn(run, root)
      : writeObject(run, root, undefined, undefined);
  }

  return {
    async run(context, given, pace = createPace()) {
      const read =
        declared.length === 0
          ? noVariables
          : getVariableValues(schema, declared, given ?? {}, { maxErrors: 50, hideSuggestions: true });
      if (read.errors !== undefined) return { data: null, errors: read.errors };
      const run: Run = { context, variables: read.coerced, failures: createFailures(), pace, asked: 0 };
      try {
        const text = write(run);
        const data = isWritten(text) ? text : await text;
        return { data, errors: run.failures.errors };
      } catch (thrown) {
        run.failures.add(thrown as GraphQLError, undefined);
        return { data: "null", errors: run.failures.errors };
      }
    },
  };
}
