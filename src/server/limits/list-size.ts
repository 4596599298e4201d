/** How many items a field may return, from its arguments: literals, variables and defaults alike. */
import { type FieldNode, type GraphQLField, valueFromASTUntyped } from "graphql";
import type { Variables } from "./variables.ts";

/** What a field may declare of its cost, as `extensions: { cost: … }`. */
export interface FieldCost {
  /** Of the object returned, or of each item of a list. Default 1 for objects, 0 for leaves. */
  readonly weight?: number;
  /**
   * The arguments that say how many items there will be: a number, or a list that counts by its length. A dot reaches
   * into an input object, as in `input.invoiceIds`. Default: those of first, last, ids and representations that the
   * field has.
   */
  readonly listSizeArgs?: readonly string[];
  /** The size when no argument says it. Default 10. */
  readonly defaultSize?: number;
  /** Added for each item that the arguments ask for, also where the answer is no list, such as a download. Default 0. */
  readonly perItem?: number;
}

const usualSizeArgs = ["first", "last", "ids", "representations"] as const;

/** The size that the arguments ask for: the largest where several do; null when none says one. */
export function listSizeOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  declared: FieldCost | undefined,
  variables: Variables,
): number | null {
  let size: number | null = null;
  for (const path of declared?.listSizeArgs ?? usualSizeArgs) {
    const [name, ...within] = path.split(".");
    const definition = field.args.find((argument) => argument.name === name);
    if (definition === undefined) continue;
    const given = node.arguments?.find((argument) => argument.name.value === name);
    let value = given === undefined ? undefined : (valueFromASTUntyped(given.value, variables) as unknown);
    if (value === undefined) value = definition.defaultValue;
    for (const key of within) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) value = undefined;
      else value = (value as Variables)[key];
    }
    const asked = sizeOf(value);
    if (asked !== null) size = Math.max(size ?? 0, asked);
  }
  return size;
}

function sizeOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== "number" || Number.isNaN(value)) return null;
  // Below zero is a bad input for the resolver to refuse; it must not make the rest cheaper.
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.ceil(value)));
}
