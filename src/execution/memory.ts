/** Texts of objects that never change: what many requests ask of them in the same way is written once. */
import { type Stretch, writeStretch } from "./stretch.ts";
import { inOnePiece, sizeOf, type Written } from "./text.ts";

/** What may be remembered of objects with the same fields asked for. */
export interface Lasting {
  /** The text of each stretch; null when it is not remembered. */
  textsOf(source: object): readonly string[] | null;
}

/** The texts of lists that never change and are asked the same of. */
export interface LastingLists {
  /** What is known of the list, which is marked when it is met for the first time: null then. */
  meet(list: readonly unknown[]): KnownList | null;
  /** Remembers the text of a list that follows from the list alone. */
  remember(list: readonly unknown[], text: Written): void;
}

/** What is known of a list: who met it last, and its text where that is remembered. */
interface KnownList {
  readonly by: LastingLists;
  readonly text: Written | null;
}

/** What is known of an object: who met it last, and its texts where that was not the first time. */
interface Known {
  readonly by: Lasting;
  readonly texts: readonly string[] | null;
}

// In characters, of a list that is kept as bytes in these. What is beyond goes with all the rest: who still asks for it has it written again.
const mostWeight = 16_000_000;
const mostOfOne = 2_000;
const mostOfList = 1_000_000;
// To mark an object costs as much as to write one: only one of so many that were not met before is marked, and all of the next so many
// once one is met again.
const strangersForOne = 16;
const trustedAfterOne = 1_024;

/**
 * What was asked of each object last, as long as the object lives. An object is remembered when it is met again after it was marked:
 * most of those that are made for one request cost nothing but a look.
 */
export class Memory {
  private known = new WeakMap<object, Known>();
  private lists = new WeakMap<readonly unknown[], KnownList>();
  private weight = 0;

  /** For objects of which these stretches are asked; null where there are none. */
  of(stretches: readonly Stretch[]): Lasting | null {
    if (stretches.length === 0) return null;
    let trusted = 0;
    let strangers = 0;
    const lasting: Lasting = {
      textsOf: (source) => {
        const known = this.known.get(source);
        if (known?.by === lasting) {
          trusted = trustedAfterOne;
          return known.texts ?? this.remember(lasting, stretches, source);
        }
        if (trusted > 0) trusted -= 1;
        else if (strangers++ % strangersForOne > 0) return null;
        this.known.set(source, met);
        return null;
      },
    };
    const met: Known = { by: lasting, texts: null };
    return lasting;
  }

  /** For the lists of one field. */
  ofLists(): LastingLists {
    const lists: LastingLists = {
      meet: (list) => {
        const known = this.lists.get(list);
        if (known?.by === lists) return known;
        this.lists.set(list, met);
        return null;
      },
      remember: (list, text) => {
        const size = sizeOf(text);
        if (size > mostOfList) return;
        this.weigh(size);
        this.lists.set(list, { by: lists, text: typeof text === "string" ? inOnePiece(text) : text });
      },
    };
    const met: KnownList = { by: lists, text: null };
    return lists;
  }

  private remember(by: Lasting, stretches: readonly Stretch[], source: object): readonly string[] | null {
    const texts: string[] = [];
    let characters = 0;
    for (const stretch of stretches) {
      const text = writeStretch(stretch, source);
      if (text === null) return null;
      characters += text.length;
      // A text that is kept must not hold on to the pieces that it was made of.
      texts.push(inOnePiece(text));
    }
    if (characters > mostOfOne) return null;
    this.weigh(characters);
    this.known.set(source, { by, texts });
    return texts;
  }

  private weigh(more: number): void {
    this.weight += more;
    if (this.weight <= mostWeight) return;
    this.known = new WeakMap();
    this.lists = new WeakMap();
    this.weight = more;
  }
}
