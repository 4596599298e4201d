/** Which files Akamai lists for an invoice, as offers. */
import { toInstant } from "../../model/instant.ts";
import type { FileFormat, FileOffer } from "../../model/file.ts";
import { type ListedFile, manyOf, textOf, versionOf } from "./wire.ts";

/** REGULAR is the invoice itself, COMPUTE the usage data of the cloud computing services. */
export type SourceType = "REGULAR" | "COMPUTE";

const formatsByContentType: ReadonlyMap<unknown, FileFormat> = new Map([
  ["application/pdf", "PDF"],
  ["text/csv", "CSV"],
  ["application/csv", "CSV"],
  ["application/json", "JSON"],
]);
const formats: ReadonlySet<string> = new Set<FileFormat>(["PDF", "CSV", "JSON"]);

/** The highest version of each format and source type; files of other formats are left out. */
export function readFileOffers(files: unknown): readonly FileOffer[] {
  const offers: FileOffer[] = [];
  for (const file of manyOf<ListedFile>(files)) {
    const offer = toOffer(file);
    if (offer === null) continue;
    const place = offers.findIndex((each) => each.format === offer.format && each.content === offer.content);
    if (place === -1) offers.push(offer);
    else if (isBetter(offer, offers[place] as FileOffer)) offers[place] = offer;
  }
  return offers;
}

/** Which downloads deliver the format, the invoice itself first. */
export function sourceTypesOf(offers: readonly FileOffer[], format: FileFormat): readonly SourceType[] {
  const types = offers
    .filter((offer) => offer.format === format)
    .map((offer): SourceType => (offer.content === "COMPUTE" ? "COMPUTE" : "REGULAR"));
  return types.toSorted().toReversed();
}

function toOffer(file: ListedFile): FileOffer | null {
  const listed = formatOf(file);
  const isCompute = textOf(file.sourceType)?.toUpperCase() === "COMPUTE";
  // COMPUTE "is available in the CSV format only", though a sample lists a PDF: the CSV is what can be had.
  const format = isCompute ? "CSV" : listed;
  if (format === null) return null;
  return {
    format,
    name: format === listed ? textOf(file.fileName) : null,
    content: isCompute ? "COMPUTE" : null,
    version: textOf(file.fileVersion),
    // The samples give a day, which is no instant: only a date-time is told.
    createdAt: toInstant(textOf(file.fileCreationDate) ?? ""),
  };
}

function formatOf(file: ListedFile): FileFormat | null {
  // Most say it in its one form.
  const said = formatsByContentType.get(file.contentType);
  if (said !== undefined) return said;
  const contentType = textOf(file.contentType)?.split(";")[0]?.trim().toLowerCase();
  const byType = formatsByContentType.get(contentType);
  if (byType !== undefined) return byType;
  const word = textOf(file.fileFormat) ?? /\.(\w+)$/.exec(textOf(file.fileName) ?? "")?.[1];
  const format = contentType === undefined ? word?.toUpperCase() : undefined;
  return format !== undefined && formats.has(format) ? (format as FileFormat) : null;
}

function isBetter(offer: FileOffer, than: FileOffer): boolean {
  const difference = versionOf(offer.version) - versionOf(than.version);
  return difference > 0 || (difference === 0 && than.name === null && offer.name !== null);
}
