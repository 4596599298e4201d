/** The shape of a document with its fragments written out: depth, aliases, fields. Needs no schema and no variables. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { Failure } from "../../model/errors.ts";
import type { Limits } from "../config.ts";
import { add } from "./saturating.ts";
import { bracketsAllowed } from "./text.ts";

interface Shape {
  /** Fields on the longest way down, the leaf included. */
  depth: number;
  /** Selection sets on the longest way down, those of fragments included. */
  nesting: number;
  /** Aliases and fields named again: both make an object hold, or validation compare, one more. */
  aliases: number;
  fields: number;
  /** Fields of this level itself. */
  topFields: number;
}

const nothing: Readonly<Shape> = { depth: 0, nesting: 0, aliases: 0, fields: 0, topFields: 0 };

// Validation compares every two fragments: 240 of them in one place took 100 ms of CPU warm, 260 ms cold; 120 a quarter.
const maxDefinitions = 120;

/**
 * Throws LIMIT_EXCEEDED when any definition of the document is over a limit, whichever operation is to run: validation
 * reads them all. Linear in the size of the document, also for fragments that multiply or contain themselves.
 */
export function checkStructure(
  document: DocumentNode,
  limits: Pick<Limits, "depth" | "aliases" | "rootFields" | "tokens">,
): void {
  if (document.definitions.length > maxDefinitions)
    throw over(`The document has more than ${maxDefinitions} operations and fragments.`);
  const fragments = fragmentsOf(document);
  const mostNested = bracketsAllowed(limits.depth);
  const shapes = new Map<string, Shape>();
  const open = new Set<string>();

  function ofFragment(name: string, level: number): Readonly<Shape> {
    const known = shapes.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    if (fragment === undefined) return nothing;
    if (open.has(name)) throw new Failure("BAD_INPUT", { message: "A fragment contains itself." });
    open.add(name);
    const shape = ofSelections(fragment.selectionSet, level);
    open.delete(name);
    shapes.set(name, shape);
    return shape;
  }

  function ofSelections(set: SelectionSetNode, level: number, named = new Set<string>()): Shape {
    if (level > mostNested) throw tooNested(mostNested);
    const shape = { ...nothing };
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const responseName = selection.alias?.value ?? selection.name.value;
        if (selection.alias !== undefined || named.has(responseName)) shape.aliases = add(shape.aliases, 1);
        named.add(responseName);
        const below =
          selection.selectionSet === undefined ? nothing : ofSelections(selection.selectionSet, level + 1);
        include(shape, below, 1);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        // Its fields stand beside those around it, so the names are shared.
        include(shape, ofSelections(selection.selectionSet, level + 1, named), 0);
      } else {
        include(shape, ofFragment(selection.name.value, level + 1), 0);
      }
    }
    shape.nesting += 1;
    return shape;
  }

  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      const shape = ofSelections(definition.selectionSet, 1);
      check(shape, limits);
      if (shape.topFields > limits.rootFields)
        throw over(`The operation has more than ${limits.rootFields} root fields.`);
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      check(ofFragment(definition.name.value, 1), limits);
    }
  }
}

/** The fragments of a document by their names. */
export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

/** The operation that is to run; throws BAD_INPUT when the document does not say which. */
export function operationOf(
  document: DocumentNode,
  operationName: string | null | undefined,
): OperationDefinitionNode {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (typeof operationName === "string") {
    const named = operations.find((operation) => operation.name?.value === operationName);
    if (named === undefined)
      throw new Failure("BAD_INPUT", {
        message: "The document has no operation of the given operationName.",
      });
    return named;
  }
  const [only, another] = operations;
  if (only === undefined)
    throw new Failure("BAD_INPUT", { message: "The document has no operation to run." });
  if (another !== undefined)
    throw new Failure("BAD_INPUT", {
      message: "The document has several operations: operationName must say which one to run.",
    });
  return only;
}

// `own` is 1 for what stands below a field of this level, 0 for what stands at this level itself.
function include(shape: Shape, other: Readonly<Shape>, own: 0 | 1): void {
  shape.depth = Math.max(shape.depth, own + other.depth);
  shape.nesting = Math.max(shape.nesting, other.nesting);
  shape.aliases = add(shape.aliases, other.aliases);
  shape.fields = add(shape.fields, own + other.fields);
  shape.topFields = add(shape.topFields, own === 1 ? 1 : other.topFields);
}

function check(shape: Readonly<Shape>, limits: Pick<Limits, "depth" | "aliases" | "tokens">): void {
  if (shape.depth > limits.depth)
    throw over(`The operation nests fields deeper than ${limits.depth} levels.`);
  const mostNested = bracketsAllowed(limits.depth);
  if (shape.nesting > mostNested) throw tooNested(mostNested);
  if (shape.aliases > limits.aliases)
    throw over(`The operation has more than ${limits.aliases} aliases and repeated fields.`);
  if (shape.fields > limits.tokens)
    throw over(`With its fragments written out, the operation has more than ${limits.tokens} fields.`);
}

function tooNested(most: number): Failure {
  return over(`The operation nests fields and fragments deeper than ${most} levels.`);
}

function over(message: string): Failure {
  return new Failure("LIMIT_EXCEEDED", { message });
}
