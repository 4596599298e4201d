/** Where an Akamai invoice's file offers come from. */
import { isDeepStrictEqual } from "node:util";
import type { FileOffer } from "../../model/file.ts";
import type { Invoice } from "../../model/invoice.ts";
import type { Rule } from "../../model/provenance.ts";
import { placesIn, type Tracer } from "../../model/trace.ts";
import { readFileOffers } from "./file-offers.ts";
import { isObject } from "./wire.ts";

// What each of ours is read from; the rest decides of what format it is.
const read = {
  format: [],
  name: ["fileName"],
  content: ["sourceType"],
  version: ["fileVersion"],
  createdAt: ["fileCreationDate"],
} as const satisfies Record<keyof FileOffer, readonly string[]>;
const decisive = ["contentType", "fileFormat", "fileName", "sourceType"];

/** Every field of every offer, from the record's files. */
export function traceFiles(tracer: Tracer, { files }: Invoice, theirs: unknown): void {
  if (files.length === 0) {
    const none: Rule = {
      name: "akamai.files",
      says: "The highest version of each format.",
      apply: ([value]) => readFileOffers(value),
    };
    tracer.direct("files", files, none, placesIn("LIST", "/files"));
  }
  for (const [index, offer] of files.entries()) {
    const at = placeOf(theirs, offer);
    for (const field of Object.keys(read) as (keyof FileOffer)[]) {
      const names = [...new Set([...read[field], ...decisive])];
      const rule: Rule = {
        name: `akamai.file.${field}`,
        says: "The highest version of each format; what of it is told follows from its type, name and source type.",
        apply: (values) =>
          readFileOffers([Object.fromEntries(names.map((name, place) => [name, values[place]]))])[0]?.[field],
      };
      tracer.derived(
        `files.${index}.${field}`,
        offer[field],
        rule,
        [],
        placesIn("LIST", ...names.map((name) => `${at}/${name}`)),
      );
    }
  }
}

function placeOf(theirs: unknown, offer: FileOffer): string {
  if (!Array.isArray(theirs)) return "/files";
  return `/files/${theirs.findIndex((file) => isObject(file) && isDeepStrictEqual(readFileOffers([file])[0], offer))}`;
}
