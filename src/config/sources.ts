/** The `sources` section: each entry is checked by its own kind. */
import type { SourceKind } from "../sources/kind.ts";
import { check } from "./check.ts";
import { closestNames } from "./closest.ts";
import type { KindOfSource } from "./customers.ts";
import { type Mistake, mistakeAt, type Origin } from "./mistake.ts";
import { knownKeys } from "./shape.ts";

/** One configured source. */
export interface SourceConfig {
  /** The configured name, such as "freight". */
  readonly id: string;
  readonly kind: SourceKind;
  /** What the kind's own schema made of the entry: of use to this kind's create() only. */
  readonly config: unknown;
}

/** The sources, the kind of each by name, and what is wrong with them. */
export interface ReadSources {
  readonly sources: readonly SourceConfig[];
  readonly kindOf: KindOfSource;
  readonly mistakes: readonly Mistake[];
}

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** Reads the section; the kinds are given, so that one more kind changes nothing here. */
export function readSources(raw: unknown, kinds: readonly SourceKind[], origin: Origin): ReadSources {
  const kindOf = new Map<string, SourceKind | null>();
  const path = ["sources"];
  if (raw === undefined) return { sources: [], kindOf, mistakes: [mistakeAt(path, needsSources, origin)] };
  if (typeof raw !== "object" || raw === null || Array.isArray(raw) || Object.keys(raw).length === 0) {
    return { sources: [], kindOf, mistakes: [mistakeAt(path, needsSources, origin)] };
  }
  const sources: SourceConfig[] = [];
  const mistakes: Mistake[] = [];
  for (const [id, entry] of Object.entries(raw)) {
    kindOf.set(id, null);
    const entryPath = [...path, id];
    if (!namePattern.test(id)) {
      const says =
        "is not a name for a source: it must begin with a letter and hold letters, digits, - and _ only";
      mistakes.push(mistakeAt(entryPath, says, origin));
    }
    const kind = readKind(entry, entryPath);
    if (kind === null) continue;
    kindOf.set(id, kind);
    const { value, mistakes: own } = check(kind.config, entryFor(kind, entry as object), entryPath, origin);
    mistakes.push(...own);
    if (own.length === 0) sources.push({ id, kind, config: value });
  }

  function readKind(entry: unknown, entryPath: readonly string[]): SourceKind | null {
    const names = kinds.map(({ kind }) => kind);
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      const says = `must be a mapping with kind (one of ${names.join(", ")}), url and what this kind needs`;
      mistakes.push(mistakeAt(entryPath, says, origin));
      return null;
    }
    const kindPath = [...entryPath, "kind"];
    const name = "kind" in entry ? entry.kind : undefined;
    const kind = kinds.find((one) => one.kind === name);
    if (kind !== undefined) return kind;
    const list = `one of ${names.join(", ")}`;
    const [closest] = typeof name === "string" ? closestNames(name, names) : [];
    const hint = closest === undefined ? "" : `; did you mean ${closest}?`;
    const says = name === undefined ? `is missing; it must be ${list}` : `must be ${list}${hint}`;
    mistakes.push(mistakeAt(kindPath, says, origin));
    return null;
  }

  return { sources, kindOf, mistakes };
}

const needsSources =
  "must hold at least one source: a name of yours, under it kind, url and what that kind needs";

/** A kind's schema may name `kind` itself or leave it to us. */
function entryFor(kind: SourceKind, entry: object): object {
  if (knownKeys(kind.config).includes("kind")) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== "kind"));
}
