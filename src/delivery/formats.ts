/** What each format is called on disk and on the wire. */
import type { FileFormat } from "../model/file.ts";

/** The file name extension, without the dot. */
export const extensions: Readonly<Record<FileFormat, string>> = {
  PDF: "pdf",
  XML: "xml",
  UBL: "xml",
  CSV: "csv",
  JSON: "json",
};

/** The media type of a source's own file; its charset is not known. */
export const contentTypes: Readonly<Record<FileFormat, string>> = {
  PDF: "application/pdf",
  XML: "application/xml",
  UBL: "application/xml",
  CSV: "text/csv",
  JSON: "application/json",
};

/** The media type of an archive. */
export const zipType = "application/zip";
