/** The items of Akamai's two lists, as `GET …/invoices?month=` tells them. */
import type { AkamaiInvoiceFact } from "../facts.ts";
import { exactNumber, type ExactNumber } from "../json-text.ts";
import type { HasQuirk } from "./quirks.ts";

interface FileItem {
  contentType: string;
  fileCreationDate: string;
  fileLink: string;
  fileName: string;
  fileVersion: number;
  sourceType: "REGULAR" | "COMPUTE";
}

interface OldFileItem {
  fileName: string;
  fileFormat: string;
  fileVersion: number;
}

interface ListItem {
  accountId: string;
  contractId: string;
  files: FileItem[] | OldFileItem[] | FileItem | OldFileItem;
  invoiceCurrency: string;
  invoiceDate: string;
  invoiceDueDate?: string | null;
  invoiceId: number | string;
  invoiceTotal: ExactNumber;
  invoiceType: string;
}

const extensions: Record<string, string> = {
  "application/pdf": "pdf",
  "text/csv": "csv",
  "application/json": "json",
};

/** One item of a list. */
export function toListItem(fact: AkamaiInvoiceFact, has: HasQuirk): ListItem {
  const { invoiceId, contractId, accountId, type, dueOn, total } = fact;
  const files = toFiles(fact, has);
  const [first, ...others] = files;
  return {
    accountId,
    contractId,
    files: (has("singleObjects") && first && others.length === 0 ? first : files) as ListItem["files"],
    invoiceCurrency: fact.currency,
    invoiceDate: fact.issuedOn,
    ...(dueOn !== null ? { invoiceDueDate: dueOn } : has("explicitNulls") && { invoiceDueDate: null }),
    invoiceId: has("textIds") ? String(invoiceId) : invoiceId,
    invoiceTotal: exactNumber(has("positiveCredits") ? total.replace(/^-/, "") : total),
    invoiceType: type === "DEBIT_MEMO" && has("debitWord") ? "Debit Note" : type,
  };
}

/** Which content types can be had of a source type. */
export function contentTypesOf(sourceType: "REGULAR" | "COMPUTE"): readonly string[] {
  return sourceType === "REGULAR" ? ["application/pdf", "text/csv", "application/json"] : ["text/csv"];
}

function toFiles(fact: AkamaiInvoiceFact, has: HasQuirk): FileItem[] | OldFileItem[] {
  const files: FileItem[] = [];
  for (let version = 1; version <= fact.version; version += 1) {
    for (const sourceType of fact.sourceTypes) {
      if (sourceType === "COMPUTE" && has("computePdf")) {
        files.push(toFile(fact, "application/pdf", sourceType, version, has));
      }
      for (const contentType of contentTypesOf(sourceType)) {
        files.push(toFile(fact, contentType, sourceType, version, has));
      }
    }
  }
  if (!has("fileFormat")) return has("singleObjects") ? files.slice(0, 1) : files;
  return files
    .filter(({ sourceType }) => sourceType === "REGULAR")
    .map(({ fileName, fileVersion, contentType }) => ({
      fileName,
      fileVersion,
      fileFormat: extensions[contentType]!.toUpperCase(),
    }));
}

function toFile(
  fact: AkamaiInvoiceFact,
  contentType: string,
  sourceType: "REGULAR" | "COMPUTE",
  version: number,
  has: HasQuirk,
): FileItem {
  const { invoiceId, contractId, accountId, type } = fact;
  const [linkedContract, linkedId] = has("foreignFileLinks")
    ? ["C-0N7RAC7", invoiceId + 1]
    : [contractId, invoiceId];
  const word = type === "CREDIT_MEMO" ? "CreditMemoName" : "InvoiceName";
  const mark = sourceType === "COMPUTE" ? "_COMPUTE" : "";
  return {
    contentType,
    fileCreationDate: fact.finalizedOn,
    fileLink: `/invoicing-api/v4/contracts/${encodeURIComponent(linkedContract)}/invoices/${linkedId}/download`,
    fileName: `${word}_${accountId}_${invoiceId}_FINAL${mark}_${version}.${extensions[contentType]}`,
    fileVersion: version,
    sourceType,
  };
}
