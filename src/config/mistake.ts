/** What is wrong in a configuration, told so that it can be put right: all mistakes at once, none with a secret in it. */

/** The way to a value: keys of mappings and places in lists. */
export type Path = readonly (string | number)[];

/** One mistake. */
export interface Mistake {
  /** Where, such as `sources.freight.apiKey`; empty for the whole file. */
  readonly path: string;
  /** One sentence with the path as its subject: what is wrong, what would be right. */
  readonly message: string;
  /** Counted from 1; absent when the value is not in a file. */
  readonly line?: number;
  readonly column?: number;
  /** The file, when it is not the configuration itself. */
  readonly file?: string;
}

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is known of values beyond the values themselves. */
export interface Origin {
  /** Where it is written, or the nearest thing around it; null when nobody knows. */
  readonly placeOf: (path: Path) => Place | null;
  /** A number as it was written, such as `001`; null for anything else. */
  readonly digitsOf: (path: Path) => string | null;
  /** The text before environment variables were put in; null when it held none. */
  readonly templateOf: (path: Path) => string | null;
}

/** The origin of values that come from no file. */
export const unknownOrigin: Origin = { placeOf: () => null, digitsOf: () => null, templateOf: () => null };

const shownAtMost = 50;

/** A configuration that cannot be used; the message lists what is wrong with it. */
export class ConfigError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    const rest = mistakes.length > shownAtMost ? [`  … and ${mistakes.length - shownAtMost} more.`] : [];
    super([`${file} has ${count}:`, ...mistakes.slice(0, shownAtMost).map(toLine), ...rest].join("\n"));
    this.name = "ConfigError";
    this.mistakes = mistakes;
  }
}

/** A mistake whose sentence begins with its path: `says` is the rest, such as "must be a number". */
export function mistakeAt(path: Path, says: string, origin: Origin = unknownOrigin): Mistake {
  const text = pathText(path);
  const end = /[.?!]$/.test(says) ? "" : ".";
  return {
    path: text,
    message: `${text === "" ? "The file" : text} ${says}${end}`,
    ...origin.placeOf(path),
  };
}

/** `customers[3].accounts.freight`; keys that are no plain words stand in quotes. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

function toLine({ file, line, message }: Mistake): string {
  const place = [file, line === undefined ? undefined : `line ${line}`].filter((part) => part !== undefined);
  return `  - ${place.length === 0 ? "" : `${place.join(" ")}: `}${message}`;
}
