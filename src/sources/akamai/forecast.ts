/** What asking Akamai costs: one call for each month of a contract, for each invoice's details and for each file. */
import { addMonths } from "../../model/day.ts";
import type { FileOffer } from "../../model/file.ts";
import type { Ask, Forecaster } from "../../model/forecast.ts";
import { sourceTypesOf } from "./file-offers.ts";

const root = "/invoicing-api/v4";
const pdf: FileOffer = { format: "PDF", name: null, content: null, version: null, createdAt: null };

/** The key of an invoice holds its month of usage, after which it is dated, and its number. */
export const forecast: Forecaster = {
  calls: (ask) => pathsOf(ask).map((path) => ({ method: "GET", path, atLeast: 1, atMost: 1 })),
  assume: ({ key: [month = "", number = null] }) => ({
    number,
    issuedOn: `${addMonths(month, 1)}-01`,
    files: [pdf],
  }),
};

function pathsOf(ask: Ask): string[] {
  if (ask.for === "invoices") {
    const { account } = ask.question;
    return [account === null ? `${root}/invoices` : `${contractPath(account)}/invoices`];
  }
  if (ask.for === "details") return [downloadPath(ask.invoice)];
  if (ask.for !== "files") return [];
  return ask.invoices.flatMap((invoice) =>
    sourceTypesOf(invoice.files, ask.format).map(() => downloadPath(invoice)),
  );
}

function contractPath(contract: string): string {
  return `${root}/contracts/${encodeURIComponent(contract)}`;
}

function downloadPath({
  account,
  key,
}: {
  readonly account: string;
  readonly key: readonly string[];
}): string {
  return `${contractPath(account)}/invoices/${encodeURIComponent(key[1] ?? "")}/download`;
}
