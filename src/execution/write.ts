/** Objects as JSON text: each field asked in order, whatever comes later waited for together. */
import { createPace } from "../model/pace.ts";
import type { Path } from "./failures.ts";
import { whenCome } from "./later.ts";
import type { FieldPlan, ObjectPlan, Run } from "./plan.ts";
import { writeStretch } from "./stretch.ts";
import { abandoned, addedUp, isPromise, isWritten, joined, type Text, type Written } from "./text.ts";

/** The object; throws or rejects when a field that may not be null is. */
export function writeObject(
  run: Run,
  { fields, stretches, lasting }: ObjectPlan,
  source: unknown,
  path: Path | undefined,
): Text {
  const object = isObject(source) ? source : null;
  const known = lasting === null || object === null ? null : lasting.textsOf(object);
  let text = "{";
  let parts: Text[] | null = null;
  let next = 0;
  try {
    for (let i = 0; i < fields.length; i++) {
      const stretch = stretches[next];
      if (stretch?.from === i && object !== null) {
        const written = known?.[next] ?? writeStretch(stretch, object);
        next += 1;
        if (written !== null) {
          text += written;
          i = stretch.to - 1;
          continue;
        }
      }
      const field = fields[i] as FieldPlan;
      const written = writeField(run, field, source, path);
      text += field.opening;
      if (typeof written === "string") text += written;
      else {
        (parts ??= []).push(text, written);
        text = "";
      }
    }
  } catch (thrown) {
    return abandoned(parts, thrown);
  }
  return parts === null ? `${text}}` : joined(parts, `${text}}`);
}

/** The same with each field after the one before it has ended: for mutations. What one has done is told, however late. */
export async function writeInTurn(run: Run, { fields }: ObjectPlan): Promise<Written> {
  const parts: Written[] = ["{"];
  const told: Run = { ...run, pace: createPace() };
  for (const field of fields) {
    const over = run.pace.over();
    const text =
      over === null ? writeField(told, field, undefined, undefined) : failed(run, field, over, undefined);
    parts.push(field.opening, await text);
  }
  return addedUp(parts, "}");
}

function writeField(run: Run, field: FieldPlan, source: unknown, path: Path | undefined): Text {
  if (!field.isLasting) run.asked += 1;
  const over = run.pace.over();
  if (over !== null) return failed(run, field, over, path);
  try {
    const value = valueOf(run, field, source, path);
    if (!isPromise(value)) return completed(run, field, value, path);
    return whenCome(
      run,
      value,
      (come) => completed(run, field, come, path),
      (thrown) => failed(run, field, thrown, path),
    );
  } catch (thrown) {
    return failed(run, field, thrown, path);
  }
}

function valueOf(run: Run, field: FieldPlan, source: unknown, path: Path | undefined): unknown {
  const info = field.takesInfo
    ? field.info(run, { prev: path, key: field.name })
    : (undefined as unknown as ReturnType<FieldPlan["info"]>);
  return field.resolve(source, field.args(run), run.context, info);
}

function completed(run: Run, field: FieldPlan, value: unknown, path: Path | undefined): Text {
  try {
    if (field.leaf !== null) return field.leaf(value);
    const text = field.complete(run, value, { prev: path, key: field.name });
    return isWritten(text)
      ? text
      : text.then(undefined, (thrown: unknown) => failed(run, field, thrown, path));
  } catch (thrown) {
    return failed(run, field, thrown, path);
  }
}

function failed(run: Run, field: FieldPlan, thrown: unknown, path: Path | undefined): string {
  const error = run.failures.of({ thrown, nodes: field.nodes, parent: path, key: field.name });
  // A text that comes with an error does not follow from its object alone.
  run.asked += 1;
  if (!field.isNullable) throw error;
  run.failures.add(error, { prev: path, key: field.name });
  return "null";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
