/** Which fields a question about provenance means: paths such as "totalAmount", "lines.3.netAmount" or "billTo". */
import { Failure } from "./errors.ts";

/** Paths that are asked for, all of them known; null: everything. */
export type WantedFields = readonly string[] | null;

/**
 * The paths in their one form ("lines[3]" is "lines.3"). Known are the names, where "#" stands for any index, and what holds some of
 * them, such as "lines.3". Throws BAD_INPUT, which lists the names.
 */
export function readWantedFields(
  fields: readonly string[] | null | undefined,
  names: readonly string[],
): WantedFields {
  if (fields === null || fields === undefined) return null;
  const known = new Set(names.flatMap(prefixesOf));
  return fields.map((field) => {
    const path = field.replace(/\[(\d{1,9})\]/g, ".$1");
    if (known.has(path.replace(/\.\d{1,9}(?=\.|$)/g, ".#"))) return path;
    throw new Failure("BAD_INPUT", {
      message: `There is no field ${JSON.stringify(field.slice(0, 80))} to tell the provenance of. There are: ${names.join(", ")}; "#" stands for an index from 0 on, and what holds others, such as "lines.0", means all of them.`,
    });
  });
}

/** Is it meant: by its own name, by what holds it, or, where it is null or empty as a whole, by what it would hold? */
export function isWantedField(field: string, wanted: WantedFields): boolean {
  return (
    wanted === null ||
    wanted.some((path) => path === field || field.startsWith(`${path}.`) || path.startsWith(`${field}.`))
  );
}

function prefixesOf(name: string): string[] {
  const parts = name.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
}
