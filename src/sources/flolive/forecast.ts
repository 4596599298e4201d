/** What asking floLIVE costs. */
import type { FileOffer } from "../../model/file.ts";
import type { Ask, Forecaster } from "../../model/forecast.ts";

const offer = { name: null, content: null, version: null, createdAt: null } as const;
// Every invoice has both.
const files: readonly FileOffer[] = [
  { ...offer, format: "PDF" },
  { ...offer, format: "XML" },
];

/** Lists have pages, and only the first one says how many; a batch of files may have to be asked for again one by one. */
export const forecast: Forecaster = {
  calls(ask) {
    const request = requestOf(ask);
    if (request === null) return [];
    return [{ ...request, atLeast: 1, atMost: ask.for === "profile" ? 1 : null }];
  },
  assume: () => ({ type: "INVOICE", files }),
};

function requestOf(ask: Ask): { readonly method: "GET" | "POST"; readonly path: string } | null {
  if (ask.for === "invoices") return { method: "GET", path: `${customerPath(ask.question.key)}/invoices` };
  if (ask.for === "profile") return { method: "GET", path: customerPath(ask.account) };
  if (ask.for === "children") return { method: "GET", path: `${customerPath(ask.account)}/child-customers` };
  const [first] = ask.for === "files" ? ask.invoices : [];
  return first === undefined
    ? null
    : { method: "POST", path: `${customerPath(first.account)}/download-invoices` };
}

function customerPath(account: string): string {
  return `/customer/${encodeURIComponent(account)}`;
}
