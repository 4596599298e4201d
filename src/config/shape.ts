/** Looking into a zod schema: which keys it knows, what it says about a value, which keys of a value it does not know. */
import { z } from "zod";
import type { Path } from "./mistake.ts";

/** A key that a schema does not know, and those that it does. */
export interface UnknownKey {
  readonly path: Path;
  readonly known: readonly string[];
}

/** The keys that an object's schema knows. */
export function knownKeys(schema: z.core.$ZodType): string[] {
  const objects = shapesOf(schema).filter((shape) => shape instanceof z.core.$ZodObject);
  return [...new Set(objects.flatMap((shape) => Object.keys(shape._zod.def.shape)))];
}

/** The description of what stands at a path; null when there is none. */
export function descriptionAt(schema: z.core.$ZodType, path: Path): string | null {
  let candidates = [schema];
  for (const part of path) {
    candidates = candidates
      .flatMap((candidate) => shapesOf(candidate))
      .flatMap((shape) => stepInto(shape, part));
  }
  for (const candidate of candidates) {
    for (let layer: z.core.$ZodType | null = candidate; layer !== null; layer = innerOf(layer)) {
      const description = z.globalRegistry.get(layer)?.description;
      if (description !== undefined) return description;
    }
  }
  return null;
}

/** Every key in a value that the schema does not know, also where the schema would only drop it. */
export function unknownKeys(schema: z.core.$ZodType, value: unknown, path: Path = []): UnknownKey[] {
  if (typeof value !== "object" || value === null) return [];
  const shapes = fitting(shapesOf(schema), value);
  if (Array.isArray(value)) {
    const element = shapes.find((shape) => shape instanceof z.core.$ZodArray);
    if (element === undefined) return [];
    return value.flatMap((item, index) => unknownKeys(element._zod.def.element, item, [...path, index]));
  }
  const record = shapes.find((shape) => shape instanceof z.core.$ZodRecord);
  if (record !== undefined) {
    return Object.entries(value).flatMap(([key, item]) =>
      // The one key that zod leaves out of a record in silence.
      key === "__proto__"
        ? [{ path: [...path, key], known: [] }]
        : unknownKeys(record._zod.def.valueType, item, [...path, key]),
    );
  }
  const objects = shapes.filter((shape) => shape instanceof z.core.$ZodObject);
  if (objects.length === 0) return [];
  const known = [...new Set(objects.flatMap((shape) => Object.keys(shape._zod.def.shape)))];
  const isOpen = objects.some(
    ({ _zod: { def } }) => def.catchall !== undefined && !(def.catchall instanceof z.core.$ZodNever),
  );
  return Object.entries(value).flatMap(([key, item]) => {
    if (!known.includes(key)) return isOpen ? [] : [{ path: [...path, key], known }];
    const below = objects.flatMap((shape) => stepInto(shape, key));
    return below[0] === undefined ? [] : unknownKeys(below[0], item, [...path, key]);
  });
}

/** The objects, lists and leaves that a schema comes down to: several for a union. */
function shapesOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodUnion)
    return schema._zod.def.options.flatMap((option) => shapesOf(option));
  const inner = innerOf(schema);
  return inner === null ? [schema] : shapesOf(inner);
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.core.$ZodPipe) {
    // preprocess() is a pipe that begins with a transform: what is known stands behind it.
    const { in: first, out } = schema._zod.def;
    return first instanceof z.core.$ZodTransform ? out : first;
  }
  const def = schema._zod.def as { innerType?: z.core.$ZodType };
  return def.innerType ?? null;
}

function stepInto(shape: z.core.$ZodType, part: string | number): z.core.$ZodType[] {
  if (shape instanceof z.core.$ZodObject) {
    const { shape: fields } = shape._zod.def;
    return Object.hasOwn(fields, part) ? [fields[part] as z.core.$ZodType] : [];
  }
  if (shape instanceof z.core.$ZodArray) return [shape._zod.def.element];
  if (shape instanceof z.core.$ZodRecord) return [shape._zod.def.valueType];
  return [];
}

/** Of a union's objects those whose literal fields (its discriminator) the value has; all when there are none. */
function fitting(shapes: z.core.$ZodType[], value: object): z.core.$ZodType[] {
  const chosen = shapes.filter(
    (shape) =>
      !(shape instanceof z.core.$ZodObject) ||
      Object.entries(shape._zod.def.shape).every(
        ([key, field]) =>
          !(field instanceof z.core.$ZodLiteral) ||
          field._zod.def.values.includes((value as Record<string, unknown>)[key] as string),
      ),
  );
  return chosen.length > 0 ? chosen : shapes;
}
