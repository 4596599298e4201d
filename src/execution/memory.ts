/** Texts of objects that never change: what many requests ask of them in the same way is written once. */
import type { FieldPlan } from "./plan.ts";

/** Consecutive fields that are read from the object alone: from the first up to, not including, the last. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What may be remembered of objects with the same fields asked for. */
export interface Lasting {
  readonly stretches: readonly Stretch[];
  /** The text of each stretch; null when it is not remembered. */
  textsOf(source: object): readonly string[] | null;
}

/** What is known of an object: who met it last, and its texts where that was not the first time. */
interface Known {
  readonly by: Lasting;
  readonly texts: readonly string[] | null;
}

// What is beyond goes with all the rest: who still asks for it has it written again.
const mostCharacters = 16_000_000;
const mostOfOne = 2_000;
// To mark an object costs as much as to write one: only one of so many that were not met before is marked, and all of the next so many
// once one is met again.
const strangersForOne = 16;
const trustedAfterOne = 1_024;

/**
 * What was asked of each object last, as long as the object lives. An object is remembered when it is met again after it was marked:
 * most of those that are made for one request cost nothing but a look.
 */
export class Memory {
  #known = new WeakMap<object, Known>();
  #characters = 0;

  /** For objects of which these fields are asked; null where none is read from the object alone. */
  of(fields: readonly FieldPlan[]): Lasting | null {
    const stretches = stretchesOf(fields);
    if (stretches.length === 0) return null;
    let trusted = 0;
    let strangers = 0;
    const lasting: Lasting = {
      stretches,
      textsOf: (source) => {
        const known = this.#known.get(source);
        if (known?.by === lasting) {
          trusted = trustedAfterOne;
          return known.texts ?? this.#remember(lasting, fields, source);
        }
        if (trusted > 0) trusted -= 1;
        else if (strangers++ % strangersForOne > 0) return null;
        this.#known.set(source, met);
        return null;
      },
    };
    const met: Known = { by: lasting, texts: null };
    return lasting;
  }

  #remember(by: Lasting, fields: readonly FieldPlan[], source: object): readonly string[] | null {
    const texts: string[] = [];
    let characters = 0;
    for (const stretch of by.stretches) {
      const text = written(fields, stretch, source);
      if (text === null) return null;
      characters += text.length;
      texts.push(text);
    }
    if (characters > mostOfOne) return null;
    this.#characters += characters;
    if (this.#characters > mostCharacters) {
      this.#known = new WeakMap();
      this.#characters = characters;
    }
    this.#known.set(source, { by, texts });
    return texts;
  }
}

function stretchesOf(fields: readonly FieldPlan[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (let i = 0; i <= fields.length; i++) {
    const field = fields[i];
    if (field !== undefined && (field.direct !== null || field.constant !== null)) continue;
    if (i > from) stretches.push({ from, to: i });
    from = i + 1;
  }
  return stretches;
}

/** Null when one of the fields has to be asked after all, or fails. */
function written(fields: readonly FieldPlan[], { from, to }: Stretch, source: object): string | null {
  const parts: string[] = [];
  try {
    for (let i = from; i < to; i++) {
      const { direct, constant, opening } = fields[i] as FieldPlan;
      const text = constant ?? direct?.(source) ?? null;
      if (text === null) return null;
      parts.push(opening, text);
    }
  } catch {
    return null;
  }
  // Joined, not added up: a text that is kept must not hold on to the pieces that it was made of.
  return parts.join("");
}
