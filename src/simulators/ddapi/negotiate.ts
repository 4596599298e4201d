/** The type in which ASP.NET Web API answers: the best of what is accepted, and JSON when nothing fits (it never says 406). */

export type MediaType = "application/json" | "text/json" | "application/xml" | "text/xml";

const jsonTypes: readonly MediaType[] = ["application/json", "text/json"];
const xmlTypes: readonly MediaType[] = ["application/xml", "text/xml"];

/** Picks by quality, then by the order in which the caller names them. */
export function negotiate(accept: string | undefined, isXmlOnly: boolean): MediaType {
  const offered = isXmlOnly ? xmlTypes : [...jsonTypes, ...xmlTypes];
  const fallback = isXmlOnly ? "application/xml" : "application/json";
  const wanted = (accept ?? "*/*")
    .split(",")
    .map(readRange)
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { range } of wanted) {
    const found = offered.find((type) => isWithin(type, range));
    if (found !== undefined) return found;
  }
  return fallback;
}

function readRange(text: string): { range: string; quality: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  return { range, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
}

function isWithin(type: string, range: string): boolean {
  return range === "*/*" || range === type || range === `${type.split("/")[0]}/*`;
}
