/** Every leaf of an invoice by the path that provenance gives it: values, empty lists, and objects that are not there. */
import type { Invoice } from "../../src/model/invoice.ts";

// What says where the invoice was found, and what it was made of, is no value of it.
const unsaid: ReadonlySet<string> = new Set(["source", "key", "isDetailed", "raw", "sent"]);
// Lists of words are one leaf.
const wordLists = /(?:^|\.)(?:derivedAmounts|fields)$/;

/** Of all names that the model has, so that a new field without provenance is found. */
export function leavesOf(invoice: Invoice, names: readonly string[]): Map<string, unknown> {
  const leaves = new Map<string, unknown>([
    ["id", invoice.id],
    ["account.reference", invoice.account],
  ]);
  for (const name of names) {
    if (unsaid.has(name)) continue;
    const value = invoice[name as keyof Invoice];
    if (name !== "creditedNumbers") walk(name, value, leaves);
    else
      walk(
        "creditedInvoices",
        invoice.creditedNumbers.map((number) => ({ number })),
        leaves,
      );
  }
  return leaves;
}

function walk(path: string, value: unknown, leaves: Map<string, unknown>): void {
  const isLeaf = typeof value !== "object" || value === null || wordLists.test(path);
  if (isLeaf || Object.keys(value as object).length === 0) leaves.set(path, value);
  else for (const [key, each] of Object.entries(value as object)) walk(`${path}.${key}`, each, leaves);
}
