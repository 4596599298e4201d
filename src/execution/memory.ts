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

interface Told {
  readonly by: Lasting;
  readonly texts: readonly string[];
}

// What is beyond goes with all the rest: who still asks for it has it written again.
const mostCharacters = 16_000_000;
const mostOfOne = 2_000;

/**
 * One text for each object, as long as the object lives. An object is remembered when it is met for the second time: those
 * that are made for one request cost nothing but a look.
 */
export class Memory {
  #known = new WeakMap<object, Told | Lasting>();
  #characters = 0;

  /** For objects of which these fields are asked; null where none is read from the object alone. */
  of(fields: readonly FieldPlan[]): Lasting | null {
    const stretches = stretchesOf(fields);
    if (stretches.length === 0) return null;
    const lasting: Lasting = {
      stretches,
      textsOf: (source) => {
        const known = this.#known.get(source);
        if (known === lasting) return this.#remember(lasting, fields, source);
        if (known !== undefined && "by" in known && known.by === lasting) return known.texts;
        this.#known.set(source, lasting);
        return null;
      },
    };
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
