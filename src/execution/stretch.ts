/** Fields of an object that stand side by side and are read from it alone: written together, in one loop. */
import type { Direct } from "./direct.ts";
import { isSpecial } from "./leaf.ts";

/** From the first of the fields up to, not including, the last. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly leaves: readonly Leaf[];
}

/** One of its fields, and the text before a value, after a text whose closing quote is still to come and after anything else. */
interface Leaf extends Direct {
  readonly beforeText: string;
  readonly beforeOther: string;
  readonly closeBeforeText: string;
  readonly closeBeforeOther: string;
}

/** A field, and how it is read; null where it has to be asked. */
export interface Laid {
  readonly opening: string;
  readonly direct: Direct | null;
}

/** All of the stretches among these fields, in their order. */
export function stretchesOf(fields: readonly Laid[]): Stretch[] {
  const stretches: Stretch[] = [];
  let leaves: Leaf[] = [];
  for (let i = 0; i <= fields.length; i++) {
    const { direct = null, opening = "" } = fields[i] ?? {};
    if (direct !== null) leaves.push(leafAfter(opening, direct));
    else if (leaves.length > 0) {
      stretches.push({ from: i - leaves.length, to: i, leaves });
      leaves = [];
    }
  }
  return stretches;
}

function leafAfter(opening: string, { read, names, isPlain, write }: Direct): Leaf {
  return {
    read,
    names,
    isPlain,
    write,
    beforeText: `${opening}"`,
    beforeOther: opening,
    closeBeforeText: `"${opening}"`,
    closeBeforeOther: `"${opening}`,
  };
}

/** The text of a stretch; null when one of its fields has to be asked after all, or fails. */
export function writeStretch({ leaves }: Stretch, source: object): string | null {
  let text = "";
  // A closing quote is written with what follows it: a piece of text less for each field.
  let isOpen = false;
  try {
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i] as Leaf;
      const read = leaf.read(source);
      const value = leaf.names === null ? read : leaf.names.get(read);
      if (typeof value === "string" && (leaf.isPlain || !isSpecial(value))) {
        text += isOpen ? leaf.closeBeforeText : leaf.beforeText;
        text += value;
        isOpen = true;
      } else {
        const written = leaf.write(read);
        if (written === null) return null;
        text += isOpen ? leaf.closeBeforeOther : leaf.beforeOther;
        text += written;
        isOpen = false;
      }
    }
  } catch {
    // It fails again where it is asked, and there its place is known.
    return null;
  }
  return isOpen ? `${text}"` : text;
}
